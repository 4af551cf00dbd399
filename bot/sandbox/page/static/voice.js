// Tells things: small notes at the edge for the eye, short sentences for screen readers.

import { make, svg } from "./making.js";

const SHOWN_FOR = 7000;
const toasts = document.getElementById("toasts");
const announcer = document.getElementById("announcer");

/** Say something in a corner for a while. In an open window of the app it is said there. */
export function tell(sentence, { error = false } = {}) {
  const toast = make("div", { class: `toast${error ? " toast--error" : ""}` }, [
    make("span", { class: "toast__text" }, [sentence]),
  ]);
  if (error) toast.setAttribute("role", "alert");
  const close = make("button", { type: "button", class: "icon-button", "aria-label": "Dismiss" }, [svg("close")]);
  close.addEventListener("click", () => drop(toast));
  toast.append(close);
  toasts.append(toast);
  raise();
  setTimeout(() => drop(toast), error ? SHOWN_FOR * 2 : SHOWN_FOR);
}

export const complain = (sentence) => tell(sentence ?? "That did not work.", { error: true });

/** For screen readers only. */
export function announce(sentence) {
  announcer.textContent = "";
  requestAnimationFrame(() => {
    announcer.textContent = sentence;
  });
}

function raise() {
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  toasts.showPopover();
}

function drop(toast) {
  toast.remove();
  if (!toasts.childElementCount && toasts.matches(":popover-open")) toasts.hidePopover();
}
