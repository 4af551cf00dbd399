"""What choosing among very many candidates needs of each: some numbers, kept in a file that has no name.

Up to a few megabytes they stay in memory. In the file there is nothing to read: words are numbers of Python's own keyed
hash, which is another one in every process.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from io import SEEK_END
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from bot.training.candidates import Candidate
from bot.training.formats import KINDS
from bot.training.near_duplicates import BANDS, Hashes, bands_of, words_of

NOBODY: Final = 0  # In the column `rater`: the row does not rest on one person alone.
_IN_MEMORY: Final = 4 * 2**20
_ROWS_AT_ONCE: Final = 20_000
_KEY = np.dtype(
    [
        ("fingerprint", "u8"),  # of the candidate: the same in every pass
        ("exact", "u8"),  # of its normalised texts
        ("bands", "u8", (BANDS,)),
        ("draft", "u8"),
        ("rater", "u8"),  # whoever it rests on alone
        ("kind", "u1"),
        ("weight", "f8"),
        ("newest", "i8"),
        ("words_at", "u8"),
        ("words", "u4"),
    ]
)
_AUTHOR = np.dtype([("row", "u8"), ("author", "u8")])


def fingerprint(candidate: Candidate) -> int:
    """Return what a candidate is known by from one pass over the ledger to the next: its texts and its sources."""
    parts = (candidate.kind, candidate.draft_id, candidate.text, candidate.rejected or "", *candidate.source)
    return _hash("candidate", candidate.brief, str(candidate.label), *parts)


class CandidateKeys:
    """The keys of candidates, as columns; a context manager, because there are files behind it."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._keys, self._authors, self._words = (
            self._stack.enter_context(_Spool(kind)) for kind in (_KEY, _AUTHOR, np.dtype("u4"))
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def __len__(self) -> int:
        return self._keys.length

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Note candidates; the text of none is kept."""
        keys: list[tuple[Any, ...]] = []
        authors: list[tuple[int, int]] = []
        numbers: list[int] = []
        for candidate in candidates:
            texts = [words_of(text) for text in (candidate.brief, candidate.text, candidate.rejected or "")]
            words = [word for text in texts for word in text]
            authors += [(len(self) + len(keys), _hash("person", one)) for one in sorted(candidate.authors)]
            keys.append((*_numbers(candidate, texts, words), self._words.length + len(numbers), len(words)))
            numbers += [hash(word) & 0xFFFF_FFFF for word in words]
        for spool, rows in ((self._keys, keys), (self._authors, authors), (self._words, numbers)):
            spool.append(rows)

    def column(self, name: str) -> NDArray[Any]:
        """Return one number of every candidate, in the order in which they came."""
        return self._keys.column(name)

    def band(self, number: int) -> Hashes:
        """Return every candidate's bucket of a band."""
        return self._keys.column("bands", number)

    def authors(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return who wrote what: rows, and the author of each."""
        return self._authors.column("row"), self._authors.column("author")

    def words(self, row: int) -> list[int]:
        """Return the words of a candidate's texts, as numbers."""
        places, lengths = self._places
        return self._words.part(int(places[row]), int(lengths[row]))

    @cached_property
    def _places(self) -> tuple[NDArray[Any], NDArray[Any]]:
        return self.column("words_at"), self.column("words")


class _Spool:
    """Rows of numbers, in memory while they are few and in a nameless file when they are many."""

    def __init__(self, kind: np.dtype[Any]) -> None:
        self._kind = kind
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by `__exit__`
        self.length = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, rows: Sequence[Any]) -> None:
        self._file.seek(0, SEEK_END)
        self._file.write(np.array(rows, dtype=self._kind).tobytes())
        self.length += len(rows)

    def column(self, name: str, at: int | None = None) -> NDArray[Any]:
        base = self._kind[name].base
        values = np.empty(self.length, dtype=base)
        for first, rows in self._chunks():
            values[first : first + len(rows)] = rows[name] if at is None else rows[name][:, at]
        return values

    def part(self, first: int, length: int) -> list[Any]:
        self._file.seek(first * self._kind.itemsize)
        numbers: list[Any] = np.frombuffer(self._file.read(length * self._kind.itemsize), self._kind).tolist()
        return numbers

    def _chunks(self) -> Iterator[tuple[int, NDArray[Any]]]:
        self._file.seek(0)
        for first in range(0, self.length, _ROWS_AT_ONCE):
            yield first, np.frombuffer(self._file.read(_ROWS_AT_ONCE * self._kind.itemsize), self._kind)


def _numbers(candidate: Candidate, texts: Sequence[Sequence[str]], words: Sequence[str]) -> tuple[Any, ...]:
    alike = (candidate.kind, candidate.task, str(candidate.label))
    alone = next(iter(candidate.raters)) if len(candidate.raters) == 1 else None
    return (
        fingerprint(candidate),
        _hash("texts", *alike, *map(" ".join, texts)),
        bands_of(words, group=_hash("group", *alike)),
        _hash("draft", candidate.draft_id),
        NOBODY if alone is None else _hash("person", alone),
        KINDS.index(candidate.kind),
        candidate.weight,
        candidate.newest,
    )


def _hash(*parts: str) -> int:
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return int.from_bytes(hashlib.blake2b(joined.encode(), digest_size=8).digest(), "big")
