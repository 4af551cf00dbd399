"""Whether a message is a draft's text, copied or lightly changed: counted in words that stand together."""

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import Indel

FEWEST_WORDS: Final = 8  # Shorter texts are alike by chance.
# Set by tests/unit/feedback/labelled_copies.py: copies keep 0.56 or more, texts on the same subject 0.36 or less.
_KEPT: Final = 0.5  # of the draft's words stand in the message, in runs …
_OWN: Final = 0.4  # … and make up this much of it: a long report that quotes a draft is not the draft
_RUN: Final = 3  # Words in a row; single words of a draft stand in any text on its subject.
_IN_COMMON: Final = 0.5

_WORD: Final = re.compile(r"[぀-ヿ㐀-鿿가-힯]|[^\W_぀-ヿ㐀-鿿가-힯]+")


def words_of(text: str) -> list[str]:
    """Return the words of a text, or its characters where a script puts no spaces between words."""
    return _WORD.findall(text.casefold())


def is_copy(message: Sequence[str], draft: Sequence[str]) -> bool:
    """Tell whether a message (its words) is a draft's text."""
    if min(len(message), len(draft)) < FEWEST_WORDS:
        return False
    common = set(message) & set(draft)
    if len(common) < _IN_COMMON * len(set(draft)):
        return False  # Most messages: told apart without looking at their order.
    kept = _in_runs(message, draft)
    return kept >= _KEPT * len(draft) and kept >= _OWN * len(message)


def _in_runs(message: Sequence[str], draft: Sequence[str]) -> int:
    """Return how many words of the draft stand in the message in runs, in the draft's order."""
    blocks = Indel.opcodes(draft, message).as_matching_blocks()
    return sum(block.size for block in blocks if block.size >= _RUN)
