// Turns one piece of the page into another with the fewest changes, so that focus, the caret, typed text,
// open details and scroll positions stay where they are.

const OWN = "[data-mine]"; // Put there by the page itself: the sandbox's HTML knows nothing of it.
const KEPT_ATTRIBUTES = new Set(["open", "aria-busy", "aria-expanded", "aria-invalid", "data-dirty", "data-editing"]);

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Make `old` look like `fresh`. Both are elements of the same kind. */
export function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return old;
  matchAttributes(old, fresh);
  if (old.matches(".field-error, .view__error")) return old;
  if (old.tagName === "TEXTAREA") return matchText(old, fresh);
  matchChildren(old, fresh);
  if (old.tagName === "SELECT") matchChoice(old, fresh);
  return old;
}

function matchAttributes(old, fresh) {
  const initial = fresh.getAttribute("value");
  const told = initial !== old.getAttribute("value") || fresh.hasAttribute("checked") !== old.hasAttribute("checked");
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !KEPT_ATTRIBUTES.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !KEPT_ATTRIBUTES.has(name)) old.setAttribute(name, value);
  }
  if (old.classList.contains("message") && old.dataset.editing) old.classList.add("message--editing");
  if (old.tagName === "INPUT" && told && !typedIn(old)) takeInitial(old, fresh);
}

function typedIn(element) {
  return element === document.activeElement || "dirty" in element.dataset;
}

function takeInitial(old, fresh) {
  if (old.type === "radio" || old.type === "checkbox") old.checked = fresh.hasAttribute("checked");
  else old.value = fresh.getAttribute("value") ?? "";
}

function matchText(old, fresh) {
  const changed = old.defaultValue !== fresh.defaultValue;
  old.defaultValue = fresh.defaultValue;
  if (changed && !typedIn(old)) old.value = fresh.defaultValue;
  return old;
}

function matchChoice(old, fresh) {
  if (typedIn(old)) return;
  const chosen = new Set([...fresh.options].filter((one) => one.selected).map((one) => one.value));
  for (const option of old.options) option.selected = chosen.has(option.value);
}

// Ids of fields may be dealt anew with each answer; what Block Kit calls them stays.
function nameOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  const { block, action, value = "" } = node.dataset;
  if (action) return `${action}/${value}`;
  return block || node.id;
}

function alike(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && nameOf(old) === nameOf(fresh);
}

function matchChildren(old, fresh) {
  const named = new Map([...old.children].filter(nameOf).map((child) => [nameOf(child), child]));
  let at = skipOwn(old.firstChild);
  for (const wanted of [...fresh.childNodes]) {
    const found = alikeChild(at, wanted, named);
    if (!found) {
      old.insertBefore(wanted, at);
      continue;
    }
    if (found === at) at = skipOwn(at.nextSibling);
    else old.insertBefore(found, at);
    update(found, wanted);
  }
  removeFrom(at);
}

function alikeChild(at, wanted, named) {
  const name = nameOf(wanted);
  if (name) {
    const found = named.get(name);
    return found && alike(found, wanted) ? found : null;
  }
  return at && alike(at, wanted) ? at : null;
}

function update(found, wanted) {
  if (found.nodeType === Node.ELEMENT_NODE) morph(found, wanted);
  else if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
}

function skipOwn(node) {
  let at = node;
  while (at?.nodeType === Node.ELEMENT_NODE && at.matches(OWN)) at = at.nextSibling;
  return at;
}

function removeFrom(node) {
  let at = node;
  while (at) {
    const next = skipOwn(at.nextSibling);
    at.remove();
    at = next;
  }
}
