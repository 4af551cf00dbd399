"""Whether a text is about a brief."""

import re
from collections.abc import Iterator
from typing import Final

_WORD: Final = re.compile(r"\w[\w'-]*")
_STEM: Final = 4  # characters: enough to tell words apart, few enough for "moved" and "moves"
# Words that most briefs have: they say that something is to be written, not what about.
_EMPTY: Final = re.compile(
    r"a|about|an|and|announce|are|ask|at|be|draft|everybody|everyone|for|from|in|invite|is|it|let|of|on|our|people"
    r"|please|post|remind|say|tell|team|that|the|them|this|to|us|was|we|will|with|write|you|your"
)


def mentioned(brief: str, text: str) -> float:
    """Return which share of a brief's telling words a text mentions, 0 … 1, in whatever form of the word."""
    stems = {_stem(word) for word in _words(brief)}
    found = {_stem(word.lower()) for word in _WORD.findall(text)}
    return len(stems & found) / len(stems) if stems else 1.0


def _stem(word: str) -> str:
    return word[:_STEM]


def _words(brief: str) -> Iterator[str]:
    words = [word.lower() for word in _WORD.findall(brief)]
    telling = [word for word in words if not _EMPTY.fullmatch(word)]
    return iter(telling or words)
