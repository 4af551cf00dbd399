// Buttons, choices and menus of the app: press, wait for the answer, and say so when there is none.

import { blockOf, choiceOf, stateOf } from "./fields.js";
import { complainIn } from "./modal.js";
import { ask } from "./question.js";
import { perform } from "./wire.js";

const again = new Set(); // chosen anew while the app still dealt with the last choice

/** What a control stands in: an open view, or a message. */
function surfaceOf(control) {
  const surface = control.closest("[data-view], [data-ts]");
  const { view, channel, ts } = surface.dataset;
  return { surface, target: view ? { view } : { channel, ts } };
}

/** A button of the app was pressed. */
export function pressButton(button) {
  return send(button, { value: button.dataset.value || null });
}

/** Something was chosen in a select, radio group, date or checkbox. */
export function choose(field) {
  const control = field.closest("fieldset[data-action]") ?? field;
  return send(control, choiceOf(control));
}

/** An entry of an overflow menu. */
export function chooseOverflow(entry) {
  const menu = entry.closest("details");
  menu.open = false;
  menu.querySelector("summary").focus();
  return send(menu, { selected_option: entry.dataset.option });
}

async function send(control, choice) {
  if (control.getAttribute("aria-busy") === "true") return again.add(control);
  const question = control.dataset.confirm;
  if (question && !(await ask(JSON.parse(question)))) return;
  const { surface, target } = surfaceOf(control);
  control.setAttribute("aria-busy", "true");
  const answer = await perform("press", {
    target,
    action_id: control.dataset.action,
    block_id: blockOf(control),
    ...known(choice),
    state: stateOf(surface),
  });
  control.removeAttribute("aria-busy");
  if (!answer.ok) complainIn(surface, answer.error);
  if (again.delete(control) && control.dataset.type) choose(control);
}

const known = (choice) => Object.fromEntries(Object.entries(choice).filter(([, entry]) => entry !== null));
