// The emoji picker: search, groups, skin tones; every key works.

import { closeFloat, floatsFor, openFloat } from "./floating.js";
import { allEmoji } from "./known.js";
import { make } from "./making.js";
import { moveInGrid } from "./picker_keys.js";
import { recent, remember } from "./recent.js";
import { chooseTone, chosenTone, inTone, TONE_NAMES, TONES, withTone } from "./tones.js";
import { complain } from "./voice.js";

const SHOWN_OFTEN = 27;
let picker = null;

/** Open the picker beside a button; `onPick(name)` gets Slack's name, with the skin tone. */
export async function pickEmoji(anchor, onPick) {
  if (floatsFor(anchor)) return closeFloat({ focus: true });
  try {
    picker ??= new Picker(await allEmoji());
  } catch {
    return complain("The emoji could not be loaded.");
  }
  picker.open(anchor, onPick);
}

class Picker {
  #all;
  #often;
  #byName;
  #panel;
  #search;
  #list;
  #foot;
  #onPick = () => {};

  constructor({ all, often }) {
    this.#all = all;
    this.#often = often;
    this.#byName = new Map(all.map((one) => [one.name, one]));
    this.#search = make("input", {
      type: "search",
      placeholder: "Search emoji",
      "aria-label": "Search emoji",
      autocomplete: "off",
    });
    this.#list = make("div", { class: "picker__list", tabindex: "-1" });
    this.#foot = make("div", { class: "picker__foot" });
    const groups = [...new Set(this.#all.map((one) => one.group))];
    this.#panel = make("div", { class: "picker", role: "dialog", "aria-label": "Emoji" }, [
      this.#groupBar(groups),
      make("div", { class: "picker__search" }, [this.#search]),
      this.#list,
      this.#foot,
    ]);
    this.#listen();
  }

  open(anchor, onPick) {
    this.#onPick = onPick;
    this.#search.value = "";
    this.#fill();
    this.#showFoot();
    openFloat(this.#panel, anchor);
    this.#list.scrollTop = 0;
    this.#markGroup();
    this.#search.focus();
  }

  #listen() {
    this.#search.addEventListener("input", () => this.#fill());
    this.#panel.addEventListener("keydown", (event) => this.#byKey(event));
    this.#list.addEventListener("click", ({ target }) => this.#pick(target.closest("[data-name]")));
    for (const kind of ["pointerover", "focusin"]) {
      this.#list.addEventListener(kind, ({ target }) => this.#preview(target.closest("[data-name]")));
    }
    this.#list.addEventListener("scroll", () => this.#markGroup(), { passive: true });
  }

  #groupBar(groups) {
    const buttons = groups.map((group) => {
      const face = this.#all.find((one) => one.group === group).char;
      const button = make(
        "button",
        {
          type: "button",
          class: "picker__group",
          "aria-label": group,
          title: group,
          "aria-pressed": "false",
          "data-group": group,
        },
        [face],
      );
      button.addEventListener("click", () => this.#toGroup(group));
      return button;
    });
    return make("div", { class: "picker__groups", role: "group", "aria-label": "Groups" }, buttons);
  }

  #toGroup(group) {
    this.#search.value = "";
    this.#fill();
    const title = this.#list.querySelector(`[data-title="${CSS.escape(group)}"]`);
    this.#list.scrollTop = title.offsetTop - this.#list.offsetTop;
  }

  #markGroup() {
    const top = this.#list.scrollTop + this.#list.offsetTop + 8;
    const passed = [...this.#list.querySelectorAll(".picker__section")].filter((one) => one.offsetTop <= top).at(-1);
    for (const button of this.#panel.querySelectorAll(".picker__group")) {
      button.setAttribute("aria-pressed", String(button.dataset.group === passed?.dataset.title));
    }
  }

  #fill() {
    const query = this.#search.value.trim().toLowerCase().replaceAll(":", "");
    const sections = query ? [["Found", this.#matching(query)]] : this.#grouped();
    const shown = sections.filter(([, emoji]) => emoji.length).map(([title, emoji]) => this.#section(title, emoji));
    this.#list.replaceChildren(
      ...(shown.length ? shown : [make("p", { class: "picker__none" }, ["No emoji by that name."])]),
    );
    const first = this.#list.querySelector(".picker__emoji");
    first?.setAttribute("tabindex", "0");
    this.#preview(query ? first : null);
    this.#markGroup();
  }

  #grouped() {
    const names = [...new Set([...recent(), ...this.#often])].slice(0, SHOWN_OFTEN);
    const often = names.map((name) => this.#byName.get(name)).filter(Boolean);
    return [["Often used", often], ...Map.groupBy(this.#all, (one) => one.group)];
  }

  #matching(query) {
    const rank = (one) => {
      if (one.name === query) return 0;
      if (one.name.startsWith(query)) return 1;
      return one.name.includes(query) ? 2 : 3;
    };
    const words = query.split(/[\s_]+/);
    return this.#all
      .filter((one) => words.every((word) => `${one.name} ${one.words}`.toLowerCase().includes(word)))
      .sort((one, other) => rank(one) - rank(other));
  }

  #section(title, emoji) {
    const buttons = emoji.map((one) => {
      const { char } = withTone(one);
      const label = one.name.replaceAll("_", " ");
      return make(
        "button",
        { type: "button", class: "picker__emoji", tabindex: "-1", "data-name": one.name, "aria-label": label },
        [char],
      );
    });
    return make("section", { class: "picker__section", "data-title": title, "aria-label": title }, [
      make("h3", { class: "picker__title" }, [title]),
      make("div", { class: "picker__grid" }, buttons),
    ]);
  }

  #byKey(event) {
    if (event.key === "Enter" && event.target === this.#search) {
      event.preventDefault();
      this.#pick(this.#list.querySelector(".picker__emoji"));
    } else if (event.target === this.#search || event.target.matches(".picker__emoji")) {
      moveInGrid(event, this.#list, this.#search);
    }
  }

  #pick(button) {
    if (!button) return;
    const one = this.#byName.get(button.dataset.name);
    remember(one.name);
    closeFloat({ focus: true });
    this.#onPick(withTone(one).name);
  }

  #preview(button) {
    const one = button ? this.#byName.get(button.dataset.name) : null;
    const face = this.#foot.querySelector(".picker__shown");
    if (!face) return;
    face.textContent = one ? withTone(one).char : "";
    this.#foot.querySelector(".picker__name").textContent = one ? `:${one.name}:` : "Pick one";
  }

  #showFoot() {
    const tones = TONES.map((tone) => this.#toneButton(tone));
    this.#foot.replaceChildren(
      make("span", { class: "picker__shown", "aria-hidden": "true" }),
      make("span", { class: "picker__name" }, ["Pick one"]),
      make("div", { class: "picker__tones", role: "radiogroup", "aria-label": "Skin tone" }, tones),
    );
  }

  #toneButton(tone) {
    const chosen = String(tone === chosenTone());
    const attributes = {
      type: "button",
      role: "radio",
      class: "picker__tone",
      "aria-checked": chosen,
      "aria-label": TONE_NAMES[tone],
      title: TONE_NAMES[tone],
    };
    const button = make("button", attributes, [inTone("✋", tone)]);
    button.addEventListener("click", () => {
      chooseTone(tone);
      this.#showFoot();
      this.#fill();
      this.#foot.querySelector('[aria-checked="true"]').focus();
    });
    return button;
  }
}
