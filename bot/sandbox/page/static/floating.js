// Panels that float beside a button: menus and the emoji picker.

const MARGIN = 8;
let open = null;

/** Show `panel` beside `anchor`; Esc, a click elsewhere or `closeFloat` takes it away again. */
export function openFloat(panel, anchor, { onClose = () => {} } = {}) {
  closeFloat();
  panel.popover = "manual";
  panel.classList.add("float");
  anchor.setAttribute("aria-expanded", "true");
  (anchor.closest("section.pane, header") ?? document.body).append(panel);
  panel.showPopover();
  settle(panel, anchor);
  open = { panel, anchor, onClose };
}

export function closeFloat({ focus = false } = {}) {
  if (!open) return;
  const { panel, anchor, onClose } = open;
  open = null;
  anchor.setAttribute("aria-expanded", "false");
  panel.remove();
  onClose();
  if (focus && anchor.isConnected) anchor.focus();
}

export const floats = () => open !== null;
export const floatsFor = (anchor) => open?.anchor === anchor;

function settle(panel, anchor) {
  const spot = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = spot.bottom + 4;
  const above = spot.top - height - 4;
  const top = above > MARGIN && spot.top > innerHeight / 2 ? above : below;
  const left = spot.left + width > innerWidth - MARGIN ? spot.right - width : spot.left;
  panel.style.top = `${clamp(top, innerHeight - height - MARGIN)}px`;
  panel.style.left = `${clamp(left, innerWidth - width - MARGIN)}px`;
}

const clamp = (wanted, most) => Math.max(MARGIN, Math.min(wanted, most));

document.addEventListener("pointerdown", ({ target }) => {
  if (open && !open.panel.contains(target) && !open.anchor.contains(target)) closeFloat();
});

document.addEventListener(
  "keydown",
  (event) => {
    if (!open || event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    closeFloat({ focus: true });
  },
  true,
);

addEventListener("resize", () => closeFloat());
