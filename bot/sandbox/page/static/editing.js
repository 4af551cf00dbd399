// Changing one's own message where it stands.

import { Completion } from "./completion.js";
import { grow } from "./growing.js";
import { readable } from "./known.js";
import { make } from "./making.js";
import { place } from "./place.js";
import { complain } from "./voice.js";
import { perform } from "./wire.js";

/** Edit the newest of one's own messages in a pane; answers whether there is one. */
export function editLast(pane) {
  const own = [...pane.querySelectorAll(`.message[data-text][data-author="${CSS.escape(place.as)}"]`)].at(-1);
  if (own) startEdit(own);
  return Boolean(own);
}

export function startEdit(message) {
  if (message.dataset.editing) return;
  message.dataset.editing = "yes";
  message.classList.add("message--editing");
  const text = make("textarea", { class: "edit__text", rows: "1", "aria-label": "Edit message" });
  text.value = readable(message.dataset.text);
  const form = make("form", { class: "edit composer__edit", "data-mine": "" }, [
    make("div", { class: "edit__box" }, [text]),
    make("div", { class: "edit__bar" }, [button("Cancel", "button"), button("Save", "submit")]),
  ]);
  (message.querySelector(".message__main") ?? message).append(form);
  wire(form, text, message);
  grow(text);
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
  form.scrollIntoView({ block: "nearest" });
}

function button(name, type) {
  return make("button", { type, class: type === "submit" ? "btn btn--primary" : "btn" }, [name]);
}

function wire(form, text, message) {
  const completion = new Completion(text, { commands: false });
  text.addEventListener("input", () => grow(text));
  form.querySelector('[type="button"]').addEventListener("click", () => stopEdit(form, message));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form, text, message);
  });
  text.addEventListener("keydown", (event) => {
    if (event.isComposing || completion.takesKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      stopEdit(form, message);
    }
  });
}

async function save(form, text, message) {
  const { channel, ts } = message.dataset;
  const words = text.value.trim();
  if (!words || words === readable(message.dataset.text)) return stopEdit(form, message);
  const answer = await perform("edit", { channel, ts, text: words });
  if (answer.ok) stopEdit(form, message);
  else complain(answer.error);
}

function stopEdit(form, message) {
  form.remove();
  delete message.dataset.editing;
  message.classList.remove("message--editing");
  message.closest(".pane")?.querySelector(".composer__text")?.focus();
}
