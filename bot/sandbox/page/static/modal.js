// The app's windows: opened, stacked, filled in, submitted and closed. The lower ones of a stack keep what was typed.

import { morph, parse } from "./morph.js";
import { blockOf, stateOf } from "./fields.js";
import { complain } from "./voice.js";
import { perform } from "./wire.js";

const region = document.getElementById("region-modal");
const stack = [];
let standing = "";

/** Show the topmost window of this person; empty when there is none. */
export function showModal(html) {
  if (html === standing) return;
  standing = html;
  const fresh = parse(html).querySelector("dialog");
  if (!fresh) return closeAbove(0);
  const at = stack.findIndex((one) => one.dataset.view === fresh.dataset.view);
  if (at < 0) return open(fresh);
  closeAbove(at + 1);
  if (stack[at].dataset.hash !== fresh.dataset.hash) clearErrors(stack[at]);
  morph(stack[at], fresh);
}

function open(dialog) {
  stack.at(-1)?.classList.add("view--below");
  region.append(dialog);
  region.hidden = false;
  stack.push(dialog);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeView(dialog);
  });
  dialog.addEventListener("keydown", submitByKey);
  dialog.showModal();
}

function closeAbove(height) {
  while (stack.length > height) {
    const dialog = stack.pop();
    dialog.close();
    dialog.remove();
  }
  stack.at(-1)?.classList.remove("view--below");
  region.hidden = !stack.length;
}

function submitByKey(event) {
  const { target, key } = event;
  const inLine = target.matches("input:not([type=radio], [type=checkbox], [role=combobox], [data-dispatch])");
  if (key !== "Enter" || event.isComposing || !(inLine || event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const button = event.currentTarget.querySelector('[data-do="submit"]');
  if (button) submitView(button);
}

/** Submit the window that a button stands in. */
export async function submitView(button) {
  const dialog = button.closest("dialog");
  if (button.disabled || button.getAttribute("aria-busy") === "true") return;
  clearErrors(dialog);
  button.setAttribute("aria-busy", "true");
  const answer = await perform("submit", { view: dialog.dataset.view, state: stateOf(dialog) });
  button.removeAttribute("aria-busy");
  if (!answer.ok) complainIn(dialog, answer.error);
  else if (answer.errors) showErrors(dialog, answer.errors);
}

/** Close a window without submitting. */
export async function closeView(dialog) {
  const answer = await perform("close", { view: dialog.dataset.view });
  if (!answer.ok) complainIn(dialog, answer.error);
}

/** Say what went wrong where one looks: in the window, or in the corner. */
export function complainIn(surface, sentence) {
  const place = surface?.closest("dialog[open]")?.querySelector(".view__error");
  if (!place) return complain(sentence);
  place.textContent = sentence ?? "That did not work.";
  place.scrollIntoView({ block: "nearest" });
}

function showErrors(dialog, errors) {
  const wrong = [...dialog.querySelectorAll("[data-block]")].filter((block) => errors[block.dataset.block]);
  for (const block of wrong) {
    block.querySelector(".field-error").textContent = errors[block.dataset.block];
    for (const field of fieldsIn(block)) field.setAttribute("aria-invalid", "true");
  }
  fieldsIn(wrong[0] ?? dialog)[0]?.focus();
}

function clearErrors(surface) {
  for (const place of surface.querySelectorAll(".field-error, .view__error")) place.textContent = "";
  for (const field of surface.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

const fieldsIn = (block) => [...block.querySelectorAll("input, select, textarea")];

// Whoever corrects a field is not told any more that it is wrong.
region.addEventListener("input", ({ target }) => {
  target.dataset.dirty = "";
  const block = target.closest("[data-block]");
  if (block && blockOf(target)) clearErrors(block);
});
