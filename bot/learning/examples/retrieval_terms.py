"""What a brief is about, as weighted terms: stems, pieces of words, and concepts of the thesaurus. No model is asked."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from bot.learning.examples.retrieval_thesaurus import CONCEPTS

WORD: Final = 1.0
CONCEPT: Final = 0.9
PIECE: Final = 0.12
EMPTY: Final = 0.2
_PIECE_LENGTH: Final = 4
_SHORTEST_STEM: Final = 3
_LONGEST_TEXT: Final = 2_000  # characters: what a brief is about stands at its beginning
_WORD: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
# Words that say that something is to be written, or hold a sentence together, and not what it is about.
_EMPTY_WORDS: Final = """
a about after again all also an and announce any are as ask at be been before but by can could did do does
draft each everybody everyone explain for from get had has have he her him his how i if in into is it its just let
me my no not of on or our out people please post remind said say short so some somebody something tell than that
the their them then there these they this those to too until up us was we were what when where which who will wish
with would write you your
"""
_EMPTY: Final = frozenset(_EMPTY_WORDS.split())
_SUFFIXES: Final = (
    "ations", "ation", "ements", "ement", "ments", "ment", "ness", "ings", "ing", "ions", "ion", "ers", "er", "ors",
    "or", "ied", "ies", "ed", "es", "ly", "able", "al", "s", "e", "y",
)  # fmt: skip


def terms_of(text: str) -> dict[str, float]:
    """Return the terms of a brief, each with its weight."""
    terms: dict[str, float] = {}
    for word in _words(text[:_LONGEST_TEXT]):
        for term, weight in _terms_of_word(word):
            terms[term] = max(weight, terms.get(term, 0.0))
    return terms


def _words(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in bare if not unicodedata.combining(letter)))


@lru_cache(maxsize=20_000)
def _terms_of_word(word: str) -> tuple[tuple[str, float], ...]:
    return tuple(_terms(word))


def _terms(word: str) -> Iterator[tuple[str, float]]:
    if word in _EMPTY:
        yield word, EMPTY
        return
    stem = stem_of(word)
    yield stem, WORD
    if "-" in word:
        yield from ((stem_of(part), WORD / 2) for part in word.split("-") if part not in _EMPTY)
    yield from ((concept, CONCEPT) for concept in _concepts().get(stem, ()))
    padded = f"^{stem}"
    if len(padded) > _PIECE_LENGTH:
        places = range(len(padded) - _PIECE_LENGTH + 1)
        yield from ((f"#{padded[place : place + _PIECE_LENGTH]}", PIECE) for place in places)


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """Return what the forms of a word have in common: endings are taken off while enough is left."""
    for _ in range(2):
        for suffix in _SUFFIXES:
            if (
                word.endswith(suffix)
                and len(word) - len(suffix) >= _SHORTEST_STEM
                and not word.endswith("ss")
            ):
                word = _undoubled(word[: -len(suffix)])
                break
    return word


def _undoubled(stem: str) -> str:
    """Take back a doubled last letter: `shipp` of `shipped` is `ship`."""
    is_doubled = len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2] and stem[-1] not in "aeiouls"
    return stem[:-1] if is_doubled else stem


@cache
def _concepts() -> dict[str, tuple[str, ...]]:
    """Return the concepts that a stem belongs to."""
    known: dict[str, list[str]] = {}
    for number, line in enumerate(CONCEPTS.split("\n")):
        for word in line.split():
            (folded,) = _words(word) or [word]
            known.setdefault(stem_of(folded), []).append(f"={number}")
    return {stem: tuple(dict.fromkeys(concepts)) for stem, concepts in known.items()}
