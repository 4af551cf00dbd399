// Menus made by the page: what one may do with a message, and the app's shortcuts.

import { closeFloat, floatsFor, openFloat } from "./floating.js";
import { known } from "./known.js";
import { make } from "./making.js";

/**
 * Open a menu beside a button. Entries are `{name, about?, keys?, danger?, run}`, a string is a heading,
 * null is a line.
 */
export function openMenu(anchor, label, entries) {
  if (floatsFor(anchor)) return closeFloat({ focus: true });
  const menu = make("div", { class: "menu", role: "menu", "aria-label": label }, entries.map(entryOf));
  menu.addEventListener("keydown", (event) => moveInMenu(event, menu));
  openFloat(menu, anchor);
  menu.querySelector('[role="menuitem"]')?.focus();
}

function entryOf(entry) {
  if (entry === null) return make("div", { class: "menu__line", role: "separator" });
  if (typeof entry === "string") return make("div", { class: "menu__title", role: "presentation" }, [entry]);
  const parts = [entry.name];
  if (entry.keys) parts.unshift(make("span", { class: "menu__keys", "aria-hidden": "true" }, [entry.keys]));
  if (entry.about) parts.push(make("span", { class: "menu__about" }, [entry.about]));
  const item = make("button", { type: "button", role: "menuitem", class: "menu__item", tabindex: "-1" }, parts);
  item.classList.toggle("menu__item--danger", Boolean(entry.danger));
  item.addEventListener("click", () => {
    closeFloat({ focus: true });
    entry.run();
  });
  return item;
}

/** Arrow keys, Home, End and first letters in any menu. */
export function moveInMenu(event, menu) {
  const items = [...menu.querySelectorAll('[role="menuitem"]')];
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  if (event.key === "Tab") return closeFloat({ focus: true });
  const wanted = event.key in steps ? items.at(steps[event.key] % items.length) : startingWith(items, event.key, at);
  if (!wanted) return;
  event.preventDefault();
  wanted.focus();
}

function startingWith(items, key, at) {
  if (key.length !== 1 || key === " ") return null;
  const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return order.find((item) => item.lastChild.textContent.trim().toLowerCase().startsWith(key.toLowerCase()));
}

/** The app's shortcuts as entries. */
export function shortcutEntries(kind, run) {
  return known[kind].map((one) => ({ name: one.name, about: one.description, run: () => run(one.callback_id) }));
}
