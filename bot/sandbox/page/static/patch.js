// Puts regions and keyed lists on the page; what did not change is not touched.

import { morph, parse } from "./morph.js";

const shown = new WeakMap(); // element → the HTML it was last made from

/** Show a region's HTML. */
export function patchRegion(name, html) {
  const region = document.getElementById(`region-${name}`);
  if (!region || shown.get(region) === html) return false;
  shown.set(region, html);
  const fresh = region.cloneNode(false);
  fresh.append(parse(html));
  morph(region, fresh);
  return true;
}

/** Show a list's items in their order; answers which elements are new and which changed. */
export function patchList(name, items) {
  const list = document.getElementById(`list-${name}`);
  const standing = new Map([...list.children].map((child) => [child.id, child]));
  const added = [];
  const changed = [];
  let at = list.firstElementChild;
  for (const { key, html } of items) {
    const element = standing.get(key) ?? null;
    standing.delete(key);
    if (element && shown.get(element) !== html) changed.push(element);
    const placed = element ? renewed(element, html) : made(html);
    if (!placed) continue;
    if (!element) added.push(placed);
    if (placed === at) at = at.nextElementSibling;
    else list.insertBefore(placed, at);
  }
  for (const left of standing.values()) left.remove();
  return { added, changed };
}

function made(html) {
  const element = parse(html).firstElementChild;
  if (element) shown.set(element, html);
  return element;
}

function renewed(element, html) {
  if (shown.get(element) === html) return element;
  const fresh = parse(html).firstElementChild;
  shown.set(element, html);
  return morph(element, fresh);
}
