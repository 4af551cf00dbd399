// Typing into the app's fields: options that the app brings, and texts it wants to hear about.

import { complainIn } from "./modal.js";
import { choose } from "./press.js";
import { make } from "./making.js";
import { perform } from "./wire.js";

const PAUSE = 250;
const waiting = new WeakMap();

function afterPause(field, run) {
  clearTimeout(waiting.get(field));
  waiting.set(field, setTimeout(run, PAUSE));
}

/** Ask the app for options that fit what is typed; choosing one of them is told to it. */
export function suggest(field) {
  if ([...field.list.options].some((one) => one.value === field.value)) {
    return "field" in field.dataset ? undefined : choose(field);
  }
  if (field.value.length < Number(field.dataset.min)) return;
  afterPause(field, async () => {
    const view = field.closest("[data-view]").dataset.view;
    const answer = await perform("suggest", { view, action_id: field.dataset.action, typed: field.value });
    if (!answer.ok) return complainIn(field, answer.error);
    const options = answer.options.map((one) => make("option", { value: one.value, label: one.text.text }));
    field.list.replaceChildren(...options);
  });
}

const wants = (field, what) => field.dataset?.dispatch?.split(" ").includes(what);

/** Fields that report while one types or on Enter. */
export function watchTyping() {
  document.addEventListener("input", ({ target }) => {
    if (wants(target, "on_character_entered")) afterPause(target, () => choose(target));
  });
  document.addEventListener("keydown", (event) => {
    const multiline = event.target.tagName === "TEXTAREA";
    if (event.key !== "Enter" || multiline || event.isComposing || !wants(event.target, "on_enter_pressed")) return;
    event.preventDefault();
    choose(event.target);
  });
}
