// The two boxes to write in: of the channel and of the thread.

import { Completion } from "./completion.js";
import { editLast } from "./editing.js";
import { grow } from "./growing.js";
import { place } from "./place.js";
import { complain } from "./voice.js";
import { perform } from "./wire.js";

const byId = (id) => document.getElementById(id);
const unsent = new Map(); // what was typed where, and not sent

class Composer {
  #form;
  #text;
  #spot = "";
  #completion;

  constructor(form) {
    this.#form = form;
    this.#text = form.querySelector("textarea");
    this.#completion = new Completion(this.#text, { commands: !this.#threaded });
    this.#text.addEventListener("keydown", (event) => this.#byKey(event));
    this.#text.addEventListener("input", () => this.#changed());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  get #threaded() {
    return this.#form.dataset.composer === "thread";
  }

  /** Show the box of where one is now, with what stood there unsent. */
  show(screen) {
    const spot = `${screen.as}/${screen.in}/${this.#threaded ? place.thread : ""}`;
    this.#form.hidden = !screen.can_write;
    this.#text.placeholder = this.#threaded ? "Reply…" : screen.placeholder;
    this.#text.setAttribute("aria-label", this.#text.placeholder);
    if (spot === this.#spot) return;
    this.#spot = spot;
    this.#set(unsent.get(spot) ?? "");
  }

  /** Put text in at the caret. */
  insert(words) {
    this.#text.focus();
    const alone = words === "/" && this.#text.value !== "";
    if (alone) return;
    const { value, selectionStart } = this.#text;
    const gap = words !== "/" && selectionStart > 0 && !/\s$/.test(value.slice(0, selectionStart)) ? " " : "";
    this.#text.setRangeText(gap + words, selectionStart, this.#text.selectionEnd, "end");
    this.#text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Put this in place of what stands there. */
  replace(words) {
    this.#set(words);
    this.#text.focus();
  }

  focus() {
    this.#text.focus();
  }

  #set(value) {
    this.#text.value = value;
    this.#completion.reset();
    this.#changed();
  }

  #changed() {
    const { value } = this.#text;
    if (value) unsent.set(this.#spot, value);
    else unsent.delete(this.#spot);
    this.#form.querySelector(".send").setAttribute("aria-disabled", String(!value.trim()));
    grow(this.#text);
  }

  #byKey(event) {
    if (event.isComposing || this.#completion.takesKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && !this.#text.value && editLast(this.#form.closest(".pane"))) {
      event.preventDefault();
    }
  }

  async #send() {
    const typed = this.#text.value;
    const spot = this.#spot;
    if (!typed.trim()) return;
    const deed = this.#deedOf(typed.trim());
    if (!deed) return complain("Slash commands do not work in threads. Try it in the channel.");
    this.#set("");
    this.#form.setAttribute("aria-busy", "true");
    const answer = await perform(...deed);
    this.#form.removeAttribute("aria-busy");
    if (answer.ok) return;
    complain(answer.error);
    if (spot === this.#spot && !this.#text.value) this.#set(typed);
    else unsent.set(spot, typed);
  }

  #deedOf(text) {
    const channel = place.in;
    if (text.startsWith("/")) return this.#threaded ? null : ["command", { channel, text }];
    if (!this.#threaded) return ["say", { channel, text }];
    const also = this.#form.querySelector(".composer__broadcast");
    const broadcast = also.checked;
    also.checked = false;
    return ["say", { channel, text, thread: place.thread, broadcast }];
  }
}

export const composers = {
  main: new Composer(byId("composer-main")),
  thread: new Composer(byId("composer-thread")),
};

export const composerOf = (control) => composers[control.closest("form").dataset.composer];

/** Show both boxes, or why one cannot write here. */
export function showWriting(screen) {
  for (const composer of Object.values(composers)) composer.show(screen);
  const reason = byId("no-write");
  reason.hidden = screen.can_write || !screen.why_not;
  reason.textContent = screen.why_not ?? "";
  const typing = byId("typing");
  typing.hidden = !screen.typing;
  typing.textContent = screen.typing ?? "";
  document.querySelector(".composer__where").textContent =
    document.querySelector("#region-thread-head .panel__sub")?.textContent ?? "the channel";
}
