// The page's small drop-downs (<details>): only one open, closed by Esc or a click elsewhere, arrows within.

import { moveInMenu } from "./menus.js";

const DROPDOWNS = "details.switcher, details.clock, details.model, details.overflow";

export function watchDropdowns() {
  document.addEventListener("pointerdown", ({ target }) => closeAllBut(target.closest(DROPDOWNS)));
  document.addEventListener("toggle", ({ target }) => target.matches?.(DROPDOWNS) && opened(target), true);
  document.addEventListener("keydown", byKey);
  document.addEventListener("focusin", ({ target }) => closeAllBut(target.closest(DROPDOWNS)));
}

function closeAllBut(kept = null) {
  for (const one of document.querySelectorAll(`:is(${DROPDOWNS})[open]`)) if (one !== kept) one.open = false;
}

/** Close the drop-down that a control stands in; the focus goes back to what opened it. */
export function shut(control) {
  const details = control.closest("details");
  details.open = false;
  details.querySelector("summary").focus();
}

function opened(details) {
  if (!details.open || !details.matches(".overflow")) return;
  const menu = details.querySelector('[role="menu"]');
  const spot = details.getBoundingClientRect();
  const scroller = details.closest(".scroll, .view__body")?.getBoundingClientRect() ?? {
    top: 0,
    left: 0,
    right: innerWidth,
  };
  details.classList.toggle("overflow--below", spot.top - menu.offsetHeight - 8 < scroller.top);
  details.classList.toggle("overflow--left", spot.left + menu.offsetWidth > scroller.right - 8);
  menu.querySelector('[role="menuitem"]')?.focus({ preventScroll: true });
}

function byKey(event) {
  const details = event.target.closest?.(`:is(${DROPDOWNS})[open]`);
  if (!details) return;
  if (event.key === "Escape") {
    details.open = false;
    details.querySelector("summary").focus();
    event.preventDefault();
    event.stopPropagation();
  } else if (details.matches(".overflow") && event.key !== "Enter" && event.key !== "Tab") {
    moveInMenu(event, details.querySelector('[role="menu"]'));
  } else if (["ArrowDown", "ArrowUp"].includes(event.key)) {
    step(event, [...details.querySelectorAll("summary, button")]);
  }
}

function step(event, stops) {
  const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  stops.at(at % stops.length)?.focus();
}
