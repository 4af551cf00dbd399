// Skin tones: which one a person chose, and how an emoji looks and is named in it.

const MODIFIERS = { 2: "\u{1f3fb}", 3: "\u{1f3fc}", 4: "\u{1f3fd}", 5: "\u{1f3fe}", 6: "\u{1f3ff}" };

export const TONES = ["", "2", "3", "4", "5", "6"];
export const TONE_NAMES = {
  "": "Default skin tone",
  2: "Light skin tone",
  3: "Medium-light skin tone",
  4: "Medium skin tone",
  5: "Medium-dark skin tone",
  6: "Dark skin tone",
};

export const chosenTone = () => localStorage.getItem("skin-tone") ?? "";

export function chooseTone(tone) {
  localStorage.setItem("skin-tone", tone);
}

/** How an emoji looks in a tone: the modifier follows the first sign, in place of its variation selector. */
export function inTone(char, tone) {
  if (!tone) return char;
  const [first, ...rest] = [...char];
  if (rest[0] === "\ufe0f") rest.shift();
  return first + MODIFIERS[tone] + rest.join("");
}

/** Slack's name and look of an emoji in the chosen tone. */
export function withTone({ name, char, tones }, tone = chosenTone()) {
  if (!tones || !tone) return { name, char };
  return { name: `${name}::skin-tone-${tone}`, char: inTone(char, tone) };
}
