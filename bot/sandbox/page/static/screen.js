// Asks what there is to see and shows it; one question at a time, and once more when something changed meanwhile.

import { learnWorkspace } from "./known.js";
import { showModal } from "./modal.js";
import { showPanes } from "./panes.js";
import { patchList, patchRegion } from "./patch.js";
import { go, place } from "./place.js";
import { Scroller } from "./scrolling.js";
import { isNew, tellOf, tellOfChange } from "./news.js";
import { fetchScreen } from "./wire.js";
import { showWriting } from "./writing.js";

const byId = (id) => document.getElementById(id);
const newer = document.querySelector(".newer");
const main = new Scroller(byId("messages-pane"), byId("list-messages"), (stuck) => stuck && (newer.hidden = true));
const thread = new Scroller(byId("thread-scroll"), byId("list-thread"));
let asking = null;
let again = false;
let standing = { channel: "", thread: "" };
let before = { channel: "", ts: "" };

/** Show the newest state; answers when it is on the page. */
export function refresh() {
  if (asking) {
    again = true;
    return asking;
  }
  asking = askUntilQuiet().finally(() => {
    asking = null;
  });
  return asking;
}

async function askUntilQuiet() {
  do {
    again = false;
    const asked = spotOf(place);
    const screen = await fetchScreen({ before: before.channel === channelOf(place) ? before.ts : "" }).catch(
      () => null,
    );
    if (screen && asked === spotOf(place)) show(screen);
    else if (screen) again = true;
  } while (again);
}

const channelOf = (here) => `${here.as}/${here.in}`;
const spotOf = (here) => `${here.as}/${here.in}/${here.thread}/${here.panel}`;

/** Show older messages of this channel too. */
export function showOlder(ts) {
  before = { channel: channelOf(place), ts };
  return refresh();
}

export function toNewest() {
  main.toEnd();
}

function show(screen) {
  go({ as: screen.as, in: screen.in }, { quietly: true });
  const moved = { main: standing.channel !== channelOf(screen), thread: standing.thread !== place.thread };
  standing = { channel: channelOf(screen), thread: place.thread };
  document.title = screen.title;
  const held = document.activeElement?.closest(".message")?.id;
  showPanes(screen);
  for (const [name, html] of Object.entries(screen.regions)) if (name !== "modal") patchRegion(name, html);
  showMessages(screen, moved.main);
  showThread(screen, moved.thread);
  showCalls(screen.lists.inspector ?? []);
  showModal(screen.regions.modal ?? "");
  showWriting(screen);
  // What had the focus is gone, a withdrawn reaction for one: its message takes it.
  if (held && document.activeElement === document.body) byId(held)?.focus({ preventScroll: true });
  document.body.dataset.shown = screen.version;
  learnWorkspace().catch(() => {});
}

function showMessages(screen, moved) {
  let added = [];
  main.around(() => {
    const patched = patchList("messages", screen.lists.messages ?? []);
    added = patched.added;
    if (!moved) tellOfChange(patched.changed);
  });
  if (moved) {
    main.begin({ atEnd: screen.in !== "app-home" });
    newer.hidden = true;
    return;
  }
  const own = tellOf(added);
  if (own) main.toEnd();
  else if (!main.stuck && added.some((one) => isNew(one, added))) newer.hidden = false;
}

// New calls come in above: the one that somebody reads stays where it is.
function showCalls(items) {
  const read = document.activeElement?.closest(".call") ?? document.querySelector(".call[open]");
  const before = read?.getBoundingClientRect().top;
  patchList("inspector", items);
  if (read?.isConnected) byId("inspector-scroll").scrollTop += read.getBoundingClientRect().top - before;
}

function showThread(screen, moved) {
  let added = [];
  thread.around(() => {
    const patched = patchList("thread", screen.lists.thread ?? []);
    added = patched.added;
    if (!moved) tellOfChange(patched.changed);
  });
  if (moved) thread.toEnd();
  else if (tellOf(added)) thread.toEnd();
}
