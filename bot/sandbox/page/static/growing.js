// Boxes as high as what is typed into them.

/** Browsers that cannot size a box by its content are helped. */
export function grow(text) {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}
