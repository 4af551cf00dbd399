// Asks "are you sure?" in a window of its own.

import { make } from "./making.js";

/** Ask, and answer whether it was confirmed. All parts are plain text; `style` may be "danger". */
export function ask({ title, text, confirm = "Yes", deny = "Cancel", style = "" }) {
  const yes = make("button", { type: "submit", value: "yes", class: `btn btn--${style || "primary"}` }, [confirm]);
  const no = make("button", { type: "submit", value: "no", class: "btn" }, [deny]);
  const form = make("form", { method: "dialog", class: "question__foot" }, [no, yes]);
  const dialog = make("dialog", { class: "question", "aria-labelledby": "question-title" }, [
    make("header", { class: "question__head" }, [
      make("h2", { class: "question__title", id: "question-title" }, [title ?? "Are you sure?"]),
    ]),
    make("div", { class: "question__body" }, [text ?? ""]),
    form,
  ]);
  document.body.append(dialog);
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
