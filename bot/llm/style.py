"""Marks of style in short texts, found and changed without a model.

A `Style` is what a wish ("no emoji, sign off with …") or a pair of texts (a draft and what somebody made of it) says
about exclamation marks, emoji, the greeting, the sign-off, words and length. The scripted model writes by it; what
the bot learns from corrections (`bot.learning.patterns`) is made of it. What is not sure is left open (None).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from bot.llm.style_marks import (
    ends_with,
    greeting_of,
    has_emoji,
    has_exclamation,
    opening_half,
    outside_code,
    sign_off_of,
    signed,
    without_emoji,
    without_exclamation,
    without_greeting,
    without_sign_off,
)

_GAP: Final = r"\b(?:(?!\b(?:but|with|use|add|more|sign|say)\b)[^.;\n]){0,40}?\b"
_NO: Final = (
    r"\b(?:no|not|never|without|fewer|less|too many|too much|drop|remove|avoid|don't|do not|lose|cut|skip|leave out"
    rf"|don't use|do not use){_GAP}"
)
_WITH: Final = rf"\b(?:with|use|add|more|like|include|allow|want|keep){_GAP}"
_FINE: Final = r"\w*(?: \w+){0,2} (?:are|is) (?:fine|ok|okay|welcome|good)\b"
_QUOTED: Final = r"[\"“„]([^\"“”„\n]+)[\"”“]"
_SIGN_OFF: Final = re.compile(
    r"\b(?:sign(?:ed)?(?: it)?(?: off)?|end|close|finish)\b[^\"'“”„:\n]{0,40}?\b(?:with|as)\b"
    rf"(?: the (?:line|words|sentence))?(?P<colon>:?)\s*(?:{_QUOTED}|'([^'\n]+)'|(?P<bare>[^\"'“”„;\n]+))",
    re.IGNORECASE,
)
_NO_SIGN_OFF: Final = re.compile(_NO + r"(?:sign-?\s?off|signature|closing line)", re.IGNORECASE)
_SWAP: Final = re.compile(
    rf"\b(?:replace|swap|change)\s+(?:{_QUOTED}|(\w+))\s+(?:with|by|to|for)\s+(?:{_QUOTED}|(\w+))",
    re.IGNORECASE,
)
_INSTEAD: Final = re.compile(
    rf"\b(?:say|use|write|call it)\s+(?:{_QUOTED}|(\w+))\s*,?\s+(?:instead of|rather than|not)\s+(?:{_QUOTED}|(\w+))",
    re.IGNORECASE,
)
_SHORTER: Final = re.compile(
    r"\b(?:short(?:er)?|shorten|briefer|brief|concise|trim|tighten|too long|cut it down)\b", re.IGNORECASE
)
_LONGER: Final = re.compile(r"\b(?:longer|more detail(?:s|ed)?|too short|expand)\b", re.IGNORECASE)
_CITED: Final = re.compile(r"^>.*(?:\n|$)", re.MULTILINE)
_SHORTER_SHARE: Final = 0.7  # A text with fewer than this share of the words was made shorter on purpose.
_LONGER_SHARE: Final = 1.3
_FEW_WORDS: Final = 3


@dataclass(frozen=True)
class Style:
    """What is wanted of a text; None and () leave it as it is.

    `exclamation`, `emoji` and `greeting`: whether they may be there. `short`: whether it should be short.
    `sign_off`: the last words; "" for none. `swaps`: words and what to say instead.
    """

    exclamation: bool | None = None
    emoji: bool | None = None
    greeting: bool | None = None
    short: bool | None = None
    sign_off: str | None = None
    swaps: tuple[tuple[str, str], ...] = ()

    def __or__(self, later: "Style") -> "Style":
        """Both styles; where they differ the later one counts."""
        said = {name: value for name, value in vars(later).items() if value is not None}
        return replace(self, **said | {"swaps": self.swaps + later.swaps})


def style_of_wish(wish: str) -> Style:
    """Read a wish or a rule in plain words; what it cites from the draft (`> …`) is left out."""
    said = _CITED.sub("", wish.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    unquoted = re.sub(_QUOTED, "", said)
    return Style(
        exclamation=_wanted("exclamation", unquoted),
        emoji=_wanted("emoji", unquoted),
        greeting=_wanted("(?:greeting|salutation)", unquoted),
        short=_wanted_short(unquoted),
        sign_off=_wanted_sign_off(said),
        swaps=_wanted_swaps(said),
    )


def style_of_pair(draft: str, better: str) -> Style:
    """Read off what somebody did to a draft; one change of words may be a fact, so words are left out."""
    before, after = len(draft.split()), len(better.split())
    ending, had = sign_off_of(better), sign_off_of(draft)
    return Style(
        exclamation=_seen(has_exclamation(draft), has_exclamation(better)),
        emoji=_seen(has_emoji(draft), has_emoji(better)),
        greeting=_seen(bool(greeting_of(draft)), bool(greeting_of(better))),
        short=_seen_short(before, after),
        sign_off=ending if ending != had else None,
    )


def merged(styles: Iterable[Style]) -> Style:
    """Return all styles in one; the later ones count."""
    result = Style()
    for style in styles:
        result |= style
    return result


def apply(style: Style, text: str) -> str:
    """Return the text in this style; code and addresses in it stay as they are.

    Making a text shorter keeps the opening half of its sentences: use it where a person sees what fell out.
    """
    if style.short:
        text = opening_half(text)
    return conform(replace(style, short=None), text)


def conform(style: Style, text: str) -> str:
    """Return the text with everything put right that needs no judgement, that is all but its length."""
    if style.greeting is False:
        text = without_greeting(text)
    if style.swaps:
        text = outside_code(text, lambda prose: _swapped(prose, style.swaps))
    if style.emoji is False:
        text = without_emoji(text)
    if style.exclamation is False:
        text = outside_code(text, without_exclamation)
    return text if style.sign_off is None else _closed(text, style.sign_off)


def with_addition(text: str, words: str) -> str:
    """Return the text with these words as a sentence behind it, before its sign-off."""
    sign_off, words = sign_off_of(text), words.strip().rstrip(".!")
    body = without_sign_off(text, sign_off).rstrip()
    joint = "\n\n" if "\n" in body else " "
    longer = f"{body}{joint}{words[:1].upper()}{words[1:]}."
    return signed(longer, sign_off) if sign_off else longer


def _wanted(thing: str, wish: str) -> bool | None:
    if re.search(rf"{_NO}{thing}", wish, re.IGNORECASE):
        return False
    is_wanted = re.search(rf"{_WITH}{thing}|\b{thing}{_FINE}", wish, re.IGNORECASE)
    return True if is_wanted else None


def _wanted_short(wish: str) -> bool | None:
    return False if _LONGER.search(wish) else True if _SHORTER.search(wish) else None


def _wanted_sign_off(wish: str) -> str | None:
    found = _SIGN_OFF.search(wish)
    if found is None:
        return "" if _NO_SIGN_OFF.search(wish) else None
    if found["bare"] is None:
        return (found[2] or found[3]).strip() or None
    words = re.sub(r",? (?:please|thanks|thank you)\W*$", "", found["bare"].strip())
    is_told_word_for_word = found["colon"] or not words[:1].islower()  # Not so: "end with a question".
    return words if words and is_told_word_for_word else None


def _wanted_swaps(wish: str) -> tuple[tuple[str, str], ...]:
    swaps = [(old or old_word, new or new_word) for old, old_word, new, new_word in _SWAP.findall(wish)]
    swaps += [(old or old_word, new or new_word) for new, new_word, old, old_word in _INSTEAD.findall(wish)]
    return tuple(swaps)


def _seen(before: bool, after: bool) -> bool | None:  # noqa: FBT001 - A small table of truth.
    return True if after else False if before else None


def _closed(text: str, sign_off: str) -> str:
    """End a text with the sign-off in the place of another one it may have."""
    if sign_off and ends_with(text, sign_off):
        return text
    bare = without_sign_off(text, sign_off_of(text))
    return signed(bare, sign_off) if sign_off else bare


def _seen_short(before: int, after: int) -> bool | None:
    """Tell whether a number of words was changed on purpose, which a few words more or less are not."""
    if abs(before - after) < _FEW_WORDS:
        return None
    return True if after < _SHORTER_SHARE * before else False if after > _LONGER_SHARE * before else None


def _swapped(text: str, swaps: tuple[tuple[str, str], ...]) -> str:
    """Swap whole words, all at once, so that one swap's outcome is not another one's subject."""
    words = {old.casefold(): new for old, new in swaps}
    longest_first = sorted(words, key=len, reverse=True)
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)"
    return re.sub(
        pattern, lambda found: _cased(words[found[0].casefold()], like=found[0]), text, flags=re.IGNORECASE
    )


def _cased(word: str, *, like: str) -> str:
    """Begin a word with a capital where the word in its place did."""
    return f"{word[:1].upper()}{word[1:]}" if like[:1].isupper() and word[:1].islower() else word
