"""How much one side of a question may weigh: no person, no crowd of newcomers and no copied text decides alone.

Everything here only takes away; and what is said on a side in other words never makes that side weigh less.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FULL_WEIGHT: Final = 1.25  # the most that one verdict of one person weighs
PERSON_SHARE: Final = 0.5  # above one full weight nobody has more than this share of a side
NEWCOMER_WEIGHT: Final = 0.5  # the most that one newcomer's verdict weighs …
NEWCOMERS_TOGETHER: Final = 0.9  # … and all of theirs, where nobody established says the same
SAME_WORDS_WITHIN: Final = timedelta(hours=1)
SETTLING_IN: Final = timedelta(days=14)  # who came in a workspace's first days is one of its founders
NEW_FOR: Final = timedelta(days=7)
_WORDS_OF_ONE_MIND: Final = 4  # shorter wishes are worded alike by chance: "shorter, please"
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Piece:
    """One person's verdict on one side.

    `fingerprint` is of the words they wrote (see `fingerprint_of`), '' where none are to be compared: never of a rule's
    text, which is the same for everybody who wants the same.
    """

    user_id: str
    weight: float
    is_newcomer: bool
    fingerprint: str
    at: datetime


def is_newcomer(first_seen_at: datetime | None, *, workspace_began_at: datetime, now: datetime) -> bool:
    """Tell whether somebody joined a settled team only lately.

    In a fresh workspace everybody is established, and so is whom we knew before first days were noted (None).
    """
    if first_seen_at is None or first_seen_at - workspace_began_at < SETTLING_IN:
        return False
    return now - first_seen_at < NEW_FOR


def fingerprint_of(text: str) -> str:
    """Return what is the same for two texts of the same words, however they are set; '' for a few words only."""
    words = _WORD.findall(text.casefold())
    if len(words) < _WORDS_OF_ONE_MIND:
        return ""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]


def capped(pieces: Sequence[Piece]) -> float:
    """Return what one side weighs after the caps: copies, then newcomers, then persons."""
    heard = list(_once(pieces))
    established = _by_person(one for one in heard if not one.is_newcomer)
    newcomers = _by_person(one for one in heard if one.is_newcomer)
    firm = _sum_of_persons(established)
    lately = sum(min(weight, NEWCOMER_WEIGHT) for weight in newcomers.values())
    return firm + min(lately, max(NEWCOMERS_TOGETHER, firm))


def _once(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield what is heard: of the same words within an hour of their first, by whomever, the weightiest."""
    alike: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.fingerprint:
            alike[piece.fingerprint].append(piece)
        else:
            yield piece
    for copies in alike.values():
        yield from _weightiest_of_each_hour(sorted(copies, key=lambda one: (one.at, one.user_id)))


def _weightiest_of_each_hour(copies: Sequence[Piece]) -> Iterator[Piece]:
    hour: list[Piece] = []
    for piece in copies:
        if hour and piece.at - hour[0].at > SAME_WORDS_WITHIN:
            yield max(hour, key=_firmness)
            hour = []
        hour.append(piece)
    yield max(hour, key=_firmness)


def _firmness(piece: Piece) -> tuple[float, bool]:
    """Of two that weigh the same somebody established speaks for all: their word stands without the others too."""
    weight = min(piece.weight, NEWCOMER_WEIGHT) if piece.is_newcomer else piece.weight
    return weight, not piece.is_newcomer


def _by_person(pieces: Iterator[Piece]) -> Mapping[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for piece in pieces:
        sums[piece.user_id] += max(0.0, piece.weight)
    return sums


def _sum_of_persons(sums: Mapping[str, float]) -> float:
    """Add people up; what one of them has beyond a full weight counts as far as the others carry it."""
    once = {person: min(weight, FULL_WEIGHT) for person, weight in sums.items()}
    together, ratio = sum(once.values()), PERSON_SHARE / (1 - PERSON_SHARE)
    return sum(
        min(weight, max(FULL_WEIGHT, ratio * (together - once[person]))) for person, weight in sums.items()
    )
