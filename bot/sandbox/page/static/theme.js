// The light and dark switch; the choice is kept in this browser.

const root = document.documentElement;

/** Keep the switch true to what is shown. */
export function watchTheme() {
  showTheme();
  new MutationObserver(showTheme).observe(root, { attributeFilter: ["data-theme"] });
}

/** Mark the switch as pressed when it is dark. */
function showTheme() {
  const dark = root.dataset.theme === "dark";
  document.querySelector('[data-do="theme"]').setAttribute("aria-pressed", String(dark));
}

export function switchTheme() {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}
