"""Near duplicates among very many texts: MinHash (Broder 1997) finds who may be alike, and word by word it is decided.

A text is the set of its runs of three words. Each of 64 hash functions keeps the smallest hash of a set, and two sets
agree there with the probability that is their overlap. Sixteen bands of four such values make buckets: texts with nine
words of ten in common meet in at least one bucket nearly always, others seldom. Whoever meets is compared for real.
"""

import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

SIMILARITY: Final = 0.9  # Share of words in common, in order, from which on two texts are one.
HASHES, BANDS, SHINGLE = 64, 16, 3
_COMPARED: Final = 3  # Of a bucket's texts that stay, so many are looked at: enough, and fast whatever comes.
_NOT_WORDS = re.compile(r"[\W_]+")
_RANDOM = np.random.default_rng(20_261_123)  # Always the same numbers: the same texts make the same dataset.
_FACTORS, _SHIFTS, _MIX, _SALTS = (
    _RANDOM.integers(1, 2**63, size=size, dtype=np.uint64) | np.uint64(1)
    for size in (HASHES, HASHES, HASHES // BANDS, BANDS)
)
_SPREAD: Final = np.uint64(0x9E37_79B9_7F4A_7C15)

Hashes = NDArray[np.uint64]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


def normalise(text: str) -> str:
    """Return what is left of a text when case, punctuation, spacing and Unicode's variants are set aside."""
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def words_of(text: str) -> list[str]:
    """Return the words of a text; one of signs alone (🎉) is a word itself."""
    return (normalise(text) or text).split()


def bands_of(words: Sequence[str], *, group: int) -> Hashes:
    """Return the bucket of a text in each band; texts of different groups never share one."""
    codes = np.array([zlib.crc32(word.encode()) for word in words] or [0], dtype=np.uint64)
    runs = max(1, len(codes) - SHINGLE + 1)
    shingles = np.zeros(runs, dtype=np.uint64)
    for at in range(min(SHINGLE, len(codes))):
        shingles = (shingles * _SPREAD) ^ codes[at : at + runs]
    shingles ^= shingles >> np.uint64(29)
    smallest = ((shingles[:, None] * _FACTORS + _SHIFTS) >> np.uint64(32)).min(axis=0)
    mixed = (smallest.reshape(BANDS, -1) * _MIX).sum(axis=1, dtype=np.uint64) + _SALTS
    bands: Hashes = (mixed * _SPREAD) ^ np.uint64(group)
    return bands


def is_near(one: Sequence[int], other: Sequence[int]) -> bool:
    """Tell whether two texts, as the numbers of their words, are nearly the same."""
    return Indel.normalized_similarity(one, other, score_cutoff=SIMILARITY) >= SIMILARITY


def find_repeated(
    rank: Rows,
    *,
    exact: Hashes,
    band: Callable[[int], Hashes],
    words: Callable[[int], Sequence[int]],
) -> Mask:
    """Mark the rows that say what a better row says.

    Args:
        rank: of each row among all; of rows that say the same, the one of the lowest rank stays.
        exact: equal where normalised texts are equal.
        band: returns every row's bucket in a band.
        words: returns the numbers of a row's words.
    """
    gone = np.zeros(len(rank), dtype=np.bool_)
    for bucket in _shared(exact, rank, np.arange(len(rank))):
        gone[bucket[1:]] = True
    for number in range(BANDS):
        left = np.flatnonzero(~gone)
        for bucket in _shared(band(number)[left], rank[left], left):
            gone[_near(bucket, words)] = True
    return gone


def _shared(keys: Hashes, rank: Rows, rows: NDArray[Any]) -> Iterator[list[int]]:
    """Yield the rows that have a key in common, the best first."""
    order = np.lexsort((rank, keys))
    edges = np.flatnonzero(np.diff(keys[order])) + 1
    starts, ends = np.concatenate(([0], edges)), np.concatenate((edges, [len(order)]))
    several = ends - starts > 1
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        yield rows[order[start:end]].tolist()


def _near(bucket: Sequence[int], words: Callable[[int], Sequence[int]]) -> list[int]:
    """Return the rows of a bucket that nearly repeat an earlier one of it."""
    stay, repeated = [words(bucket[0])], []
    for row in bucket[1:]:
        own = words(row)
        if any(is_near(own, other) for other in stay[:_COMPARED]):
            repeated.append(row)
        else:
            stay.append(own)
    return repeated
