// Arrow keys in the emoji picker: its groups are one grid to walk through.

const COLUMNS = 9;

/** Move the focus as the arrow keys ask; up from the first row leads back to the search. */
export function moveInGrid(event, list, search) {
  const cells = [...list.querySelectorAll(".picker__emoji")];
  const at = cells.indexOf(document.activeElement);
  if (at < 0) return fromSearch(event, cells);
  const target = targetOf(event.key, cells, at, list);
  if (target === undefined) return;
  event.preventDefault();
  if (target === null) search.focus();
  else focusCell(target, cells[at]);
}

function fromSearch(event, cells) {
  if (event.key !== "ArrowDown" || !cells.length) return;
  event.preventDefault();
  focusCell(cells[0]);
}

function targetOf(key, cells, at, list) {
  const nearby = { ArrowRight: cells[at + 1], ArrowLeft: cells[at - 1] ?? null, Home: cells[0], End: cells.at(-1) };
  if (key in nearby) return nearby[key];
  if (key === "ArrowDown") return downFrom(cells[at], list);
  return key === "ArrowUp" ? upFrom(cells[at], list) : undefined;
}

function grids(cell, list) {
  const all = [...list.querySelectorAll(".picker__grid")];
  const own = [...cell.parentElement.children];
  return { all, own, here: all.indexOf(cell.parentElement), at: own.indexOf(cell) };
}

function downFrom(cell, list) {
  const { all, own, here, at } = grids(cell, list);
  if (own[at + COLUMNS]) return own[at + COLUMNS];
  const isLastRow = Math.floor(at / COLUMNS) === Math.floor((own.length - 1) / COLUMNS);
  if (!isLastRow) return own.at(-1);
  const next = all[here + 1]?.children;
  return next?.[Math.min(at % COLUMNS, next.length - 1)];
}

function upFrom(cell, list) {
  const { all, own, here, at } = grids(cell, list);
  if (at >= COLUMNS) return own[at - COLUMNS];
  const previous = all[here - 1]?.children;
  if (!previous) return null;
  const row = Math.floor((previous.length - 1) / COLUMNS) * COLUMNS;
  return previous[Math.min(row + (at % COLUMNS), previous.length - 1)];
}

function focusCell(cell, left = null) {
  left?.setAttribute("tabindex", "-1");
  cell.setAttribute("tabindex", "0");
  cell.focus();
}
