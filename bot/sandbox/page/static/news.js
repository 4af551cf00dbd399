// Tells screen readers what arrived and what the app rewrote, and marks it for the eye.

import { place } from "./place.js";
import { announce } from "./voice.js";

const LONGEST = 140;
const PAUSE = 1200;
const said = new WeakMap(); // message → the words last told of it
let rewriting = 0;

/** Say what arrived at the end; answers whether one of them is one's own. */
export function tellOf(added) {
  for (const one of added) said.set(one, wordsOf(one));
  const messages = added.filter((one) => isNew(one, added));
  const others = messages.filter((one) => one.dataset.author !== place.as);
  for (const one of others) one.classList.add("message--new");
  if (others.length) announce(sentence("New", others.at(-1)));
  return messages.length > others.length;
}

/** Whether it is a message and nothing that stood there before follows it. */
export function isNew(message, added) {
  if (!message.matches(".message")) return false;
  let at = message.nextElementSibling;
  while (at && added.includes(at)) at = at.nextElementSibling;
  return !at;
}

/** Say what the app made of its message, once it has stopped writing. */
export function tellOfChange(changed) {
  const rewritten = changed.filter((one) => one.matches(".message--bot") && said.get(one) !== wordsOf(one)).at(-1);
  if (!rewritten) return;
  clearTimeout(rewriting);
  rewriting = setTimeout(() => {
    said.set(rewritten, wordsOf(rewritten));
    announce(sentence("Now", rewritten));
  }, PAUSE);
}

const sentence = (what, message) => `${what}: ${message.getAttribute("aria-label")}. ${wordsOf(message)}`;

function wordsOf(message) {
  const parts = message.querySelectorAll(".message__body :is(.text, .markdown, .context__text, .heading)");
  const words = [...parts].map((part) => part.textContent).join(" ") || message.textContent;
  return words.replace(/\s+/g, " ").trim().slice(0, LONGEST);
}
