// What the workspace offers for completion: commands, shortcuts, people, channels, emoji.

import { place } from "./place.js";
import { getJson } from "./wire.js";

const NOTHING = { commands: [], global_shortcuts: [], message_shortcuts: [], people: [], channels: [] };

export const known = { ...NOTHING };
let asked = null;
let emoji = null;

/** Ask anew when another person looks; `again` after something changed. */
export async function learnWorkspace({ again = false } = {}) {
  if (asked === place.as && !again) return;
  asked = place.as;
  Object.assign(known, NOTHING, await getJson(`/suggestions?as=${encodeURIComponent(place.as)}`));
}

const OFTEN = "Often used"; // The sandbox names some a second time, as this group.

/** Every emoji, and the names of those used often; fetched once, when first needed. */
export function allEmoji() {
  emoji ??= askEmoji().catch((problem) => {
    emoji = null;
    throw problem;
  });
  return emoji;
}

async function askEmoji() {
  const all = await getJson("/emoji");
  const isOften = (one) => one.group === OFTEN;
  return { all: all.filter((one) => !isOften(one)), often: all.filter(isOften).map((one) => one.name) };
}

/** Slack's own syntax as people read and write it: `<@U1>` is `@Ana`. */
export function readable(raw) {
  const name = (list, id) => list.find((one) => one.id === id)?.name;
  return raw
    .replace(/<@([A-Z0-9]+)(?:\|([^>]*))?>/g, (all, id, label) => `@${name(known.people, id) ?? label ?? id}`)
    .replace(/<#([A-Z0-9]+)(?:\|([^>]*))?>/g, (all, id, label) => `#${name(known.channels, id) ?? label ?? id}`)
    .replace(/<!(here|channel|everyone)>/g, "@$1")
    .replace(/<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}
