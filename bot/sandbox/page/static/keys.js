// Keys that work on the page as a whole: walking through messages, and closing what is open.

import { floats } from "./floating.js";
import { startEdit } from "./editing.js";
import { openThread } from "./on_messages.js";
import { go, place } from "./place.js";
import { composers } from "./writing.js";

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || floats()) return;
    if (event.key === "Escape" && event.target.id !== "text-main") closeForemost();
    else if (event.target.matches(".scroll, .message")) onMessage(event);
    else if (event.target === document.body && event.key.length === 1) composers.main.focus();
  });
}

function closeForemost() {
  if (place.panel) go({ panel: "" });
  else if (place.thread) go({ thread: "" });
  else return;
  composers.main.focus();
}

function onMessage(event) {
  const deed = event.target.matches(".message") ? deeds[event.key.toLowerCase()] : null;
  if (event.key in STEPS) walk(event);
  else if (deed) {
    event.preventDefault();
    deed(event.target);
  } else if (event.key === "/") composers.main.focus();
}

const click = (message, kind) => message.querySelector(`.message__tools [data-do="${kind}"]`)?.click();
const deeds = {
  t: (message) => openThread(message),
  arrowright: (message) => openThread(message),
  r: (message) => click(message, "pick-reaction"),
  e: (message) => "text" in message.dataset && message.dataset.author === place.as && startEdit(message),
};

function walk(event) {
  const messages = [...event.target.closest(".scroll").querySelectorAll(".message")];
  if (!messages.length) return;
  const at = messages.indexOf(event.target);
  const next = at < 0 ? messages.at(-1) : messages[at + STEPS[event.key]];
  event.preventDefault();
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
