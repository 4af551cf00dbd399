// Completes what one types: commands with their usage, people, channels, emoji.

import { candidates } from "./candidates.js";
import { make } from "./making.js";

let boxes = 0;

export class Completion {
  #text;
  #list;
  #hint;
  #found = null;
  #chosen = 0;
  #asked = 0;
  #dismissed = "";
  #commands;

  /** Watch a textarea; the list opens above it. `commands` are completed only where they work. */
  constructor(text, { commands }) {
    this.#text = text;
    this.#commands = commands;
    boxes += 1;
    this.#list = make("div", {
      class: "completion",
      role: "listbox",
      id: `completion-${boxes}`,
      "aria-label": "Suggestions",
    });
    this.#list.hidden = true;
    const form = text.closest("form");
    form.prepend(this.#list);
    this.#hint = form.querySelector(".composer__hint");
    text.setAttribute("aria-controls", this.#list.id);
    text.addEventListener("input", () => this.#look());
    text.addEventListener("click", () => this.#look());
    text.addEventListener("blur", () => setTimeout(() => this.close(), 120));
    this.#list.addEventListener("pointerdown", (event) => this.#byPointer(event));
  }

  /** Forget everything: the text was replaced. */
  reset() {
    this.#asked += 1;
    this.#showHint(null);
    this.close();
  }

  close() {
    this.#found = null;
    this.#list.hidden = true;
    this.#text.removeAttribute("aria-activedescendant");
  }

  /** Whether a key was meant for the list; then it has been dealt with. */
  takesKey(event) {
    if (!this.#found) return false;
    const { key } = event;
    const { options, token } = this.#found;
    if (key === "ArrowDown" || key === "ArrowUp") this.#choose(this.#chosen + (key === "ArrowDown" ? 1 : -1));
    else if (key === "Escape") this.#dismiss();
    else if (key === "Tab" && !event.shiftKey) this.#take();
    else if (key !== "Enter" || event.shiftKey) return false;
    else if (options[this.#chosen].whole === token) return this.#passOn();
    else this.#take();
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  // What is typed is complete already: Enter sends it.
  #passOn() {
    this.close();
    return false;
  }

  #dismiss() {
    this.#dismissed = this.#text.value;
    this.close();
  }

  async #look() {
    const asked = ++this.#asked;
    const before = this.#text.value.slice(0, this.#text.selectionStart);
    const { found, hint } = await candidates(before, { commands: this.#commands });
    if (asked !== this.#asked) return;
    const none = !found?.options.length;
    this.#showHint(none ? hint : null);
    if (none || this.#dismissed === this.#text.value || document.activeElement !== this.#text) return this.close();
    this.#found = found;
    this.#list.replaceChildren(...found.options.map((option, at) => this.#row(option, at)));
    this.#list.hidden = false;
    this.#choose(0);
  }

  #row({ parts }, at) {
    const id = `${this.#list.id}-${at}`;
    const cells = Object.entries(parts)
      .filter(([, words]) => words)
      .map(([part, words]) =>
        make("span", { class: part === "avatar" ? words : `completion__${part}` }, part === "avatar" ? [] : [words]),
      );
    return make("div", { class: "completion__option", role: "option", id, "data-at": at }, cells);
  }

  #choose(wanted) {
    const rows = [...this.#list.children];
    this.#chosen = (wanted + rows.length) % rows.length;
    rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === this.#chosen)));
    rows[this.#chosen].scrollIntoView({ block: "nearest" });
    this.#text.setAttribute("aria-activedescendant", rows[this.#chosen].id);
  }

  #take() {
    const { options, start } = this.#found;
    const { insert } = options[this.#chosen];
    this.close();
    this.#text.setRangeText(insert, start, this.#text.selectionStart, "end");
    this.#text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #byPointer(event) {
    const row = event.target.closest("[data-at]");
    event.preventDefault();
    if (!row) return;
    this.#chosen = Number(row.dataset.at);
    this.#take();
  }

  #showHint(hint) {
    if (!this.#hint) return;
    this.#hint.hidden = !hint;
    if (hint) this.#hint.replaceChildren(make("code", {}, [hint.usage]), hint.about);
  }
}
