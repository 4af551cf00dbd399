"""Finds past drafts by their briefs, in memory: an inverted index over weighted terms, in numpy.

Nothing of it is ever written to disk. It keeps terms, not texts; what is found is read from the database, which also
decides whether it may be used. One thread adds while another one searches.
"""

import math
import threading
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.learning.examples.retrieval_terms import terms_of

MOST: Final = 100_000  # drafts per workspace: the newest ones
_SLACK: Final = 1.1  # how far it may grow beyond that before the oldest are taken out
_LENGTH_COUNTS: Final = 0.3  # as `b` of BM25
_MANY: Final = 1_000
_NOTHING: Final = 0.01
_COMMON: Final = 0.2  # a term that more than this share of many drafts has tells nothing

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Entry:
    """A past draft that may hold an example."""

    draft_id: str
    channel_id: str
    task: str
    at: datetime
    brief: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A draft that was found: how alike its brief is, 0 … 1, whether it is from the asking channel, and its age's rank."""

    draft_id: str
    similarity: float
    is_here: bool
    at: float  # seconds since 1970


class _Posting:
    """The drafts that have a term, and its weight in each."""

    __slots__ = ("slots", "weights")

    def __init__(self) -> None:
        self.slots = array("i")
        self.weights = array("f")

    def views(self) -> tuple[NDArray[np.int32], Floats]:
        """Return both without a copy; let go of them before anything is added."""
        return np.frombuffer(self.slots, np.int32), np.frombuffer(self.weights, np.float32)


class BriefIndex:
    """The briefs of one workspace's drafts; `most` of them at once."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._postings: dict[str, _Posting] = {}
        self._codes: dict[str, int] = {}
        self._slots: dict[str, int] = {}
        self._ids: list[str] = []
        self._channels, self._tasks = array("i"), array("i")
        self._times, self._lengths = array("d"), array("f")

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, draft_id: str) -> bool:
        return draft_id in self._slots

    def add(self, entries: Iterable[Entry]) -> None:
        """Take drafts in; those that are in already stay as they are, as a brief never changes."""
        fresh = {entry.draft_id: entry for entry in entries if entry.draft_id not in self._slots}
        read = [(entry, terms_of(entry.brief)) for entry in fresh.values()]
        with self._lock:
            for entry, terms in read:
                if entry.draft_id not in self._slots:
                    self._put(entry, terms)
            if len(self._ids) > self._most * _SLACK:
                self._compact()

    def discard(self, draft_ids: Iterable[str]) -> None:
        """Forget drafts that hold no example any more; they may come back."""
        with self._lock:
            for draft_id in draft_ids:
                slot = self._slots.pop(draft_id, None)
                if slot is not None:
                    self._tasks[slot] = -1

    def search(
        self,
        brief: str,
        *,
        channel_id: str,
        task: str,
        since: datetime,
        limit: int,
        similar: Mapping[str, float] | None = None,
    ) -> tuple[list[Hit], list[Hit]]:
        """Return the drafts of a task that are like a brief: up to `limit` of the channel, and as many from elsewhere.

        The most alike come first; what has nothing in common with the brief is not found.

        Args:
            brief: what is to be written.
            channel_id: where.
            task: drafts of other tasks are left out.
            since: older ones are left out.
            limit: the most of each.
            similar: how alike some drafts are by another measure, 0 … 1, which then counts for those.
        """
        terms = terms_of(brief)
        with self._lock:
            if not self._ids:
                return [], []
            scores = self._similarities(terms)
            self._overrule(scores, similar or {})
            usable = self._of_task(task, since=since) & (scores > _NOTHING)
            here = np.frombuffer(self._channels, np.int32) == self._codes.get(channel_id, -1)
            return (
                self._best(scores, usable & here, limit=limit, is_here=True),
                self._best(scores, usable & ~here, limit=limit, is_here=False),
            )

    def _put(self, entry: Entry, terms: Mapping[str, float]) -> None:
        slot = self._slots[entry.draft_id] = len(self._ids)
        self._ids.append(entry.draft_id)
        self._channels.append(self._code(entry.channel_id))
        self._tasks.append(self._code(entry.task))
        self._times.append(entry.at.timestamp())
        self._lengths.append(sum(terms.values()))
        for term, weight in terms.items():
            posting = self._postings.get(term)
            if posting is None:
                posting = self._postings[term] = _Posting()
            posting.slots.append(slot)
            posting.weights.append(weight)

    def _code(self, name: str) -> int:
        return self._codes.setdefault(name, len(self._codes))

    def _similarities(self, terms: Mapping[str, float]) -> Floats:
        """Score every draft by the terms it shares with a brief, rare ones above all; 1 is the brief itself.

        The root of the share: half the words in common is a lot.
        """
        lengths = np.frombuffer(self._lengths, np.float32)
        scores = np.zeros(len(lengths), np.float32)
        whole = 0.0
        for term, weight in terms.items():
            posting = self._postings.get(term)
            rarity = math.log(1 + len(lengths) / (len(posting.slots) if posting else 1)) ** 2
            whole += weight * weight * rarity
            if posting is not None and not self._is_common(posting):
                slots, weights = posting.views()
                scores[slots] += weights * np.float32(weight * rarity)
        size = float(lengths.mean()) or 1.0
        scores /= (1 - _LENGTH_COUNTS + _LENGTH_COUNTS / size * lengths) * np.float32(whole or 1.0)
        return np.sqrt(np.minimum(scores, 1.0, out=scores), out=scores)

    def _is_common(self, posting: _Posting) -> bool:
        return len(self._ids) > _MANY and len(posting.slots) > _COMMON * len(self._ids)

    def _overrule(self, scores: Floats, similar: Mapping[str, float]) -> None:
        for draft_id, value in similar.items():
            slot = self._slots.get(draft_id)
            if slot is not None:
                scores[slot] = value

    def _of_task(self, task: str, *, since: datetime) -> Flags:
        tasks, times = np.frombuffer(self._tasks, np.int32), np.frombuffer(self._times, np.float64)
        found: Flags = (tasks == self._codes.get(task, -2)) & (times >= since.timestamp())
        return found

    def _best(self, scores: Floats, usable: Flags, *, limit: int, is_here: bool) -> list[Hit]:
        places = np.flatnonzero(usable)
        if len(places) > limit:
            best = np.argpartition(scores[places], len(places) - limit)[len(places) - limit :]
            places = places[best]
        ordered = sorted(places.tolist(), key=lambda slot: (-scores[slot], -self._times[slot]))
        return [
            Hit(self._ids[slot], float(scores[slot]), is_here, self._times[slot]) for slot in ordered[:limit]
        ]

    def _compact(self) -> None:
        """Keep the newest drafts, and give the room of the others back."""
        living = sorted(self._slots.values(), key=lambda slot: -self._times[slot])[: self._most]
        kept = np.array(sorted(living), np.int32)
        moved = np.full(len(self._ids), -1, np.int32)
        moved[kept] = np.arange(len(kept), dtype=np.int32)
        self._ids = [self._ids[slot] for slot in kept.tolist()]
        self._slots = {draft_id: slot for slot, draft_id in enumerate(self._ids)}
        for name in ("_channels", "_tasks", "_times", "_lengths"):
            setattr(self, name, _taken(getattr(self, name), kept))
        self._postings = {
            term: posting for term, old in self._postings.items() if (posting := _moved(old, moved)).slots
        }


def _taken(values: "array[Any]", places: NDArray[np.int32]) -> "array[Any]":
    return array(values.typecode, [values[place] for place in places.tolist()])


def _moved(posting: _Posting, moved: NDArray[np.int32]) -> _Posting:
    slots, weights = posting.views()
    places = moved[slots]
    kept = places >= 0
    result = _Posting()
    result.slots.frombytes(places[kept].tobytes())
    result.weights.frombytes(weights[kept].tobytes())
    return result


def alike(own: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how alike two briefs are by their terms, 0 … 1, without an index: for a handful of them."""
    shared = sum(min(weight, other[term]) for term, weight in own.items() if term in other)
    whole = sum(own.values()) + sum(other.values()) - shared
    return shared / whole if whole else 0.0
