// The emoji somebody picked lately, kept in this browser.

const KEY = "recent-emoji";
const MOST = 18;

export function recent() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

export function remember(name) {
  const kept = [name, ...recent().filter((one) => one !== name)].slice(0, MOST);
  localStorage.setItem(KEY, JSON.stringify(kept));
}
