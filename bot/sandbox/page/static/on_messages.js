// What one does with a message: react, open its thread, edit, delete, use a shortcut of the app.

import { startEdit } from "./editing.js";
import { openMenu, shortcutEntries } from "./menus.js";
import { pickEmoji } from "./picker.js";
import { hasKeyboard } from "./panes.js";
import { go, place } from "./place.js";
import { ask } from "./question.js";
import { refresh } from "./screen.js";
import { complain } from "./voice.js";
import { perform } from "./wire.js";
import { composers } from "./writing.js";

const messageOf = (control) => control.closest("[data-ts]");
const spotOf = ({ dataset: { channel, ts } }) => ({ channel, ts });

async function attempt(verb, details) {
  const answer = await perform(verb, details);
  if (!answer.ok) complain(answer.error);
}

/** Put an emoji on a message or take it off again. */
export function react(chip) {
  return attempt(chip.dataset.do, { ...spotOf(messageOf(chip)), name: chip.dataset.name });
}

export function pickReaction(button) {
  const message = messageOf(button);
  return pickEmoji(button, (name) => {
    const mine = message.querySelector(`.reaction--mine[data-name="${CSS.escape(name)}"]`);
    return attempt(mine ? "unreact" : "react", { ...spotOf(message), name });
  });
}

export function openThread(control) {
  const message = messageOf(control);
  const thread = control.dataset.thread || message.dataset.thread || message.dataset.ts;
  go({ thread, panel: "", menu: "" });
  if (hasKeyboard()) refresh().then(() => composers.thread.focus());
}

export function dismiss(button) {
  return attempt("dismiss", spotOf(messageOf(button)));
}

export function messageMenu(button) {
  const message = messageOf(button);
  const own = message.dataset.author === place.as && "text" in message.dataset;
  openMenu(button, "Message actions", [
    { name: "Reply in thread", keys: "T", run: () => openThread(button) },
    { name: "Add a reaction", keys: "R", run: () => pickReaction(button) },
    ...(own ? ownEntries(message) : []),
    ...appEntries(message),
  ]);
}

function ownEntries(message) {
  return [
    null,
    { name: "Edit message", keys: "E", run: () => startEdit(message) },
    { name: "Delete message…", danger: true, run: () => remove(message) },
  ];
}

function appEntries(message) {
  const entries = shortcutEntries("message_shortcuts", (callback_id) =>
    attempt("message_shortcut", { ...spotOf(message), callback_id }),
  );
  return entries.length ? [null, "Shortcuts of the app", ...entries] : [];
}

async function remove(message) {
  const sure = await ask({
    title: "Delete message",
    text: "Do you want to delete this message? This cannot be undone.",
    confirm: "Delete",
    style: "danger",
  });
  if (sure) await attempt("delete", spotOf(message));
}
