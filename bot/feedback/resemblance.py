"""How much a text resembles a draft, in any script: whether it could stand in the draft's place."""

import re
from dataclasses import dataclass
from typing import Final

_UNIT: Final = re.compile(r"[぀-ヿ㐀-鿿가-힯]+|[^\W_]+(?:['\u2019-][^\W_]+)*")
_WITHOUT_SPACES: Final = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
_STEM: Final = 4
_COMMON_WORDS: Final = """
    a an and are as at be by for from has have if in is it its of on or our so that the their this to was we will with
    you your der die das und in zu den mit ist für el la los las de que y en un una le les des et à du
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True)
class Resemblance:
    """How a text compares with a draft.

    `length` is its length as a share of the draft's, `known` the share of its telling words that are the draft's, and
    `kept` the share of the draft's telling words that it holds.
    """

    length: float
    known: float
    kept: float
    units: int


def units(text: str) -> list[str]:
    """Return what a text is made of: words without their endings; pairs of characters where words have no spaces."""
    return [unit for word in _UNIT.findall(text.lower()) for unit in _split(word)]


def resemblance(text: str, draft: str) -> Resemblance:
    """Compare a text with a draft."""
    own, drafted = units(text), units(draft)
    own_telling, draft_telling = set(own) - _COMMON, set(drafted) - _COMMON
    common = len(own_telling & draft_telling)
    return Resemblance(
        length=len(own) / max(1, len(drafted)),
        known=common / max(1, len(own_telling)),
        kept=common / max(1, len(draft_telling)),
        units=len(own),
    )


def _split(word: str) -> list[str]:
    if _WITHOUT_SPACES.search(word):
        return [word[at : at + 2] for at in range(max(1, len(word) - 1))]
    return [word[:_STEM]]
