"""The words that tell what a text is about, in whatever form they stand."""

import re
import unicodedata
from typing import Final

from bot.learning.examples.retrieval_terms import WORD, stem_of, terms_of

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order, without capitals and accents; parts joined by a hyphen are words."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in bare if not unicodedata.combining(letter)))


def stems_of(text: str) -> frozenset[str]:
    """Return the stems of all words of a text."""
    return frozenset(map(stem_of, words_of(text)))


def telling_stems(text: str) -> frozenset[str]:
    """Return the stems of the words that say what a text is about; of a very long text those at its beginning."""
    terms = terms_of(" ".join(words_of(text)))
    return frozenset(term for term, weight in terms.items() if weight == WORD)
