// Starts the page: one listener per kind of event, and a table of what each control does.

import { shut, watchDropdowns } from "./details.js";
import { showGuide, tryOut } from "./guide.js";
import { watchKeys } from "./keys.js";
import { known } from "./known.js";
import { listen } from "./live.js";
import { openMenu, shortcutEntries } from "./menus.js";
import { closeView, submitView } from "./modal.js";
import { dismiss, messageMenu, openThread, pickReaction, react } from "./on_messages.js";
import { hasKeyboard, isPhone } from "./panes.js";
import { pickEmoji } from "./picker.js";
import { go, onMove, place } from "./place.js";
import { choose, chooseOverflow, pressButton } from "./press.js";
import { refresh, showOlder, toNewest } from "./screen.js";
import { suggest, watchTyping } from "./typing.js";
import { switchTheme, watchTheme } from "./theme.js";
import { complain, tell } from "./voice.js";
import { perform } from "./wire.js";
import { composerOf, composers } from "./writing.js";

async function attempt(verb, details) {
  const answer = await perform(verb, details);
  if (!answer.ok) complain(answer.error);
  return answer.ok;
}

async function jump(button) {
  button.setAttribute("aria-busy", "true");
  const there = await attempt("jump", { to: button.dataset.to });
  button.removeAttribute("aria-busy");
  shut(button);
  if (there) tell(`Now: ${button.querySelector(".clock__label").textContent}. What was due runs.`);
}

function shortcutMenu(button) {
  const run = (callback_id) => attempt("global_shortcut", { callback_id });
  const entries = shortcutEntries("global_shortcuts", run);
  const commands = known.commands.map((one) => ({
    name: one.name,
    about: one.description,
    run: () => composerOf(button).insert(`${one.name} `),
  }));
  openMenu(button, "Shortcuts", [
    ...(entries.length ? ["Shortcuts", ...entries] : []),
    ...(commands.length ? ["Commands", ...commands] : []),
  ]);
}

function filterCalls(button) {
  for (const one of document.querySelectorAll(".filter")) one.setAttribute("aria-pressed", String(one === button));
  document.getElementById("list-inspector").dataset.show = button.dataset.show;
}

function back() {
  go(isPhone() ? { menu: "1" } : { thread: "", panel: "" });
}

function visit(link) {
  go({ in: link.dataset.in, thread: "", menu: "", ...(isPhone() ? { panel: "" } : {}) });
  if (hasKeyboard() && !link.matches(".tab")) composers.main.focus();
}

function closeThread() {
  const root = document.getElementById("list-messages").querySelector(`[data-ts="${CSS.escape(place.thread)}"]`);
  go({ thread: "" });
  root?.focus();
}

const CLICKS = {
  go: visit,
  become: (button) => {
    shut(button);
    go({ as: button.dataset.as, thread: "" });
  },
  menu: back,
  inspector: () => go({ panel: place.panel ? "" : "inspector", menu: "" }),
  "close-thread": closeThread,
  try: tryOut,
  theme: switchTheme,
  skip: () => document.getElementById("messages-pane").focus(),
  newest: toNewest,
  older: (button) => showOlder(button.dataset.before),
  join: (button) => attempt("join", { channel: button.dataset.channel }),
  jump,
  shortcuts: shortcutMenu,
  insert: (button) => composerOf(button).insert(button.dataset.text),
  "pick-emoji": (button) => pickEmoji(button, (name) => composerOf(button).insert(`:${name}: `)),
  "filter-calls": filterCalls,
  "pick-reaction": pickReaction,
  "open-thread": openThread,
  "message-menu": messageMenu,
  react,
  unreact: react,
  dismiss,
  press: pressButton,
  overflow: chooseOverflow,
  close: (button) => closeView(button.closest("dialog")),
  submit: submitView,
};

document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-do]");
  const deed = control && CLICKS[control.dataset.do];
  if (!deed || event.ctrlKey || event.metaKey) return;
  if (control.matches("a:not([target])")) event.preventDefault();
  deed(control);
});

document.addEventListener("change", ({ target }) => {
  const control = target.closest('[data-do="choose"]');
  if (control) choose(target);
});

document.addEventListener("input", ({ target }) => {
  if (target.dataset.do === "suggest") suggest(target);
});

let lookedAt = "";
function arrive() {
  const spot = `${place.as}/${place.in}`;
  if (place.in === "app-home" && spot !== lookedAt) attempt("open_home");
  lookedAt = spot;
  return refresh();
}

onMove(arrive);
watchDropdowns();
watchKeys();
watchTyping();
watchTheme();
showGuide();
await arrive();
listen({
  onChange: refresh,
  onAway: (away) => {
    document.getElementById("offline").hidden = !away;
  },
});
