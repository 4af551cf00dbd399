"""How far two texts are apart."""

import re
from typing import Final

from rapidfuzz.distance import Levenshtein

_TOKEN: Final = re.compile(r"\w+|[^\w\s]")


def edit_distance(before: str, after: str) -> float:
    """Return the share of tokens (words and marks) that changed: 0 for the same text, 1 for another one."""
    return Levenshtein.normalized_distance(_TOKEN.findall(before), _TOKEN.findall(after))
