// Everything asked of the sandbox over HTTP.

import { place } from "./place.js";

const GONE = "The sandbox does not answer. Is the demo still running?";

/** What this person sees now. `before` asks for older messages too. */
export async function fetchScreen({ before = "" } = {}) {
  const { as, thread, panel } = place;
  const query = new URLSearchParams({ as, in: place.in, thread, panel: panel || "none" });
  if (before) query.set("before", before);
  return getJson(`/screen?${query}`);
}

export async function getJson(address) {
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
}

/** Do something as the person one is: `{ok, error?, errors?, …}`, never an exception. */
export async function perform(verb, details = {}) {
  const body = JSON.stringify({ as: place.as, verb, ...details });
  try {
    const answer = await fetch("/do", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    return await answer.json();
  } catch {
    return { ok: false, error: GONE };
  }
}
