"""Does what a wish asks of a text where that is plain enough to need no model; nothing here becomes a rule."""

import re
from typing import Final

from bot.learning.sayings.patterns import says_only_what_is_known
from bot.llm.style import Style, apply, style_of_wish, with_addition

_QUOTED: Final = re.compile(r"[\"“„][^\"“”„\n]+[\"”“]")
_PART_END: Final = re.compile(r"[.;,!?\n]+|\b(?:and|but|also|then)\b", re.IGNORECASE)
_FILLER: Final = re.compile(
    r"[\s\W]*(?:(?:please|thanks|thank you|ok|okay|hi|hey|nice|good|great|sorry|maybe|just|much|a bit|so)[\s\W]*)*",
    re.IGNORECASE,
)
_ADDITION: Final = re.compile(
    r"\b(?:add|mention|note|include|say)(?: also)? that\s+"
    r"((?:(?!\b(?:and|but) (?:no|drop|remove|sign|make|use|cut|end|say|please)\b)[^.;\n])+)[.;]?",
    re.IGNORECASE,
)
_FACT: Final = re.compile(
    r"\b(?:it's|it is|it was|that's|that is|should be|must be)\s+(?:on |at )?([\w:]+),?\s+(?:and )?not\s+(?:on |at )?([\w:]+)",
    re.IGNORECASE,
)


def edited(text: str, *, wish: str) -> str | None:
    """Return the text changed as somebody wishes; None when a part of the wish takes more than patterns know.

    Known are the marks of style that `bot.llm.style` reads, "add that …" and "it is Tuesday, not Monday".
    """
    rest = wish.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    additions, facts = _ADDITION.findall(rest), [(old, new) for new, old in _FACT.findall(rest)]
    if not all(re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text, re.IGNORECASE) for old, _ in facts):
        return None
    rest = _FACT.sub("", _ADDITION.sub("", rest))
    parts = [
        part for part in _PART_END.split(_QUOTED.sub(_in_one_piece, rest)) if not _FILLER.fullmatch(part)
    ]
    if not (parts or additions or facts) or not all(map(says_only_what_is_known, parts)):
        return None
    changed = apply(Style(swaps=tuple(facts)) | style_of_wish(rest), text)
    for addition in additions:
        changed = with_addition(changed, addition)
    return changed


def _in_one_piece(quoted: re.Match[str]) -> str:
    """Take out of quoted words what would end a part of a wish."""
    return f'"{_PART_END.sub(" ", quoted[0][1:-1])}"'
