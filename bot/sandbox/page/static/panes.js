// Which panes stand on the page. On a phone it is one at a time, and this says which.

import { place } from "./place.js";

const byId = (id) => document.getElementById(id);

/** Open and close panels as the address says. */
export function showPanes(screen) {
  const inspecting = place.panel === "inspector";
  const threaded = Boolean(place.thread && screen.regions["thread-head"]);
  byId("thread-pane").hidden = !threaded;
  byId("inspector-pane").hidden = !inspecting;
  document.body.toggleAttribute("data-thread", threaded);
  document.body.toggleAttribute("data-inspector", inspecting);
  document.querySelector('.bar-button[data-do="inspector"]').setAttribute("aria-pressed", String(inspecting));
  document.body.dataset.pane = foremost(inspecting, threaded);
}

function foremost(inspecting, threaded) {
  if (place.menu) return "nav";
  if (inspecting) return "inspector";
  return threaded ? "thread" : "main";
}

export const isPhone = () => matchMedia("(max-width: 720px)").matches;

/** Whether putting the focus into a box helps, or makes a keyboard jump up from below. */
export const hasKeyboard = () => matchMedia("(hover: hover)").matches;
