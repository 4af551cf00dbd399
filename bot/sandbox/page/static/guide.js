// The card that says what to try: what a hint says to write stands in the box with one click, where it belongs.

import { known } from "./known.js";
import { make } from "./making.js";
import { openThread } from "./on_messages.js";
import { go, place } from "./place.js";
import { refresh } from "./screen.js";
import { composers } from "./writing.js";

const ROOM = 620; // Below this height the card would push the channels away.
const TO_WRITE = /^(.*?: )(.+)$/s;

export function showGuide() {
  document.getElementById("guide").open = innerHeight > ROOM;
  for (const hint of document.querySelectorAll(".guide__list li")) makeTryable(hint);
}

function makeTryable(hint) {
  const [, before, words] = TO_WRITE.exec(hint.textContent) ?? [];
  const reply = /\bthread\b/.test(before ?? "");
  if (!words || !(words.startsWith("/") || reply)) return;
  const channel = /#([\p{L}\d_-]+)/u.exec(before)?.[1] ?? "";
  const link = make("a", { href: "#text-main", class: "guide__try", title: "Put it into the box", "data-do": "try" }, [
    words,
  ]);
  Object.assign(link.dataset, { channel, reply: reply ? "yes" : "" });
  hint.replaceChildren(before, link);
}

/** Put the words of a hint into the box of the channel it names, or of the newest draft's thread. */
export async function tryOut(hint) {
  if (hint.dataset.reply) return tryReply(hint.textContent);
  const channel = known.channels.find((one) => one.name === hint.dataset.channel);
  go({ menu: "", panel: "", ...(channel ? { in: channel.id, thread: "" } : {}) });
  await refresh();
  composers.main.replace(hint.textContent);
}

async function tryReply(words) {
  const draft = [...document.querySelectorAll("#list-messages .message--bot:has(.message__tools)")].at(-1);
  if (!place.thread && draft) openThread(draft);
  await refresh();
  (place.thread ? composers.thread : composers.main).replace(words);
}
