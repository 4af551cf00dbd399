// Where one is: who looks, at what, with which panels open. It stands in the address, so that going
// back, reloading and sharing work.

const KEYS = ["as", "in", "thread", "panel", "menu"];
const watchers = [];

export const place = read();

function read() {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(KEYS.map((key) => [key, given.get(key) ?? ""]));
}

function address() {
  const query = new URLSearchParams(KEYS.filter((key) => place[key]).map((key) => [key, place[key]]));
  return `${location.pathname}?${query}`;
}

/** Go somewhere: only what is named changes. With `quietly` no step is added to go back over. */
export function go(changes, { quietly = false } = {}) {
  const before = address();
  Object.assign(place, changes);
  if (address() === before && !quietly) return;
  history[quietly ? "replaceState" : "pushState"](null, "", address());
  if (!quietly) tell();
}

export function onMove(watcher) {
  watchers.push(watcher);
}

function tell() {
  for (const watcher of watchers) watcher();
}

addEventListener("popstate", () => {
  Object.assign(place, read());
  tell();
});
