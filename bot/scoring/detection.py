"""Finds people whose feedback looks like an attack: pure functions over plain rows, each with its thresholds.

What is found is only held until an admin has looked, and every threshold is far from what teams do: see
tests/unit/scoring/test_detection.py for how seldom honest weeks raise an alarm.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import median
from typing import Any, Final, Literal

from bot.scoring.intervals import wilson
from storage.queries.bursts import Deed, Vote

Kind = Literal["burst", "brigade", "sockpuppet", "spam"]
MINUTE_US: Final = 60_000_000

# More than this many acts within so many minutes: one every ten seconds, one every half minute, a day's 300.
WINDOWS: Final = ((10, 60), (60, 120), (24 * 60, 300))
FAR_ABOVE: Final = (
    5.0  # times what the busiest of the others did in a window as long, and of the person's usual day
)
_PAUSE_US: Final = 10 * MINUTE_US  # a burst began after the last pause as long as this

FEWEST_OTHERS: Final = 2  # people whose votes can be compared, besides the one who is looked at
FEWEST_COMPARED: Final = 20  # drafts that others liked, and as many that others disliked
LEAST_TELLING: Final = (
    0.3  # how much more often liked ones are liked; below it, by 99 %, a vote tells nothing
)
_Z: Final = 2.326348  # one-sided 99 %


@dataclass(frozen=True)
class Finding:
    """Who is to be held, each from when on, and the figures that admins are told: never a text or a name."""

    kind: Kind
    people: Mapping[str, int]
    facts: Mapping[str, Any] = field(default_factory=dict)


def find_bursts(deeds: Sequence[Deed], *, usual_days: Mapping[str, float]) -> list[Finding]:
    """Find who did far more in a short time than they or anybody else do.

    Args:
        deeds: what everybody did in the last day.
        usual_days: how much each person does on a day on which they do anything; who is not in it did nothing yet.
    """
    times: dict[str, list[int]] = defaultdict(list)
    for deed in deeds:
        times[deed.user_id].append(deed.at_us)
    for moments in times.values():
        moments.sort()
    found = (_burst(person, times, usual_days.get(person, 0.0)) for person in sorted(times))
    return [finding for finding in found if finding]


def _burst(person: str, times: Mapping[str, list[int]], usual: float) -> Finding | None:
    for minutes, most in WINDOWS:
        count, start = _busiest(times[person], minutes)
        if count <= max(most, FAR_ABOVE * usual):
            continue
        others = max((_busiest(times[one], minutes)[0] for one in times if one != person), default=0)
        if count > FAR_ABOVE * others:
            facts = {"acts": count, "minutes": minutes, "usual_day": round(usual, 1), "busiest_other": others}
            return Finding("burst", {person: _beginning(times[person], start)}, facts)
    return None


def _busiest(moments: Sequence[int], minutes: int) -> tuple[int, int]:
    """Return the most acts within so many minutes, and when the first of them was."""
    length = minutes * MINUTE_US
    return max(
        ((bisect_left(moments, at + length) - index, at) for index, at in enumerate(moments)),
        key=lambda window: (window[0], -window[1]),
        default=(0, 0),
    )


def _beginning(moments: Sequence[int], start: int) -> int:
    """Return when what is under way at `start` began."""
    for before in reversed(moments[: bisect_left(moments, start)]):
        if start - before > _PAUSE_US:
            break
        start = before
    return start


def find_spam(votes: Iterable[Vote]) -> list[Finding]:
    """Find whose votes tell nothing: what others like and what they dislike is all the same to them.

    The measure is Youden's J = P(liked | others like it) - P(liked | others do not); the 99 % limits of the difference
    are made from two Wilson intervals (Newcombe 1998, method 10) and must both be near 0. Who votes against
    everybody tells a lot, and is no spammer: tastes differ. Where the others do not agree among themselves, nobody is.
    """
    compared, began = _compared(votes)
    telling = {person: _telling(counts) for person, counts in compared.items()}
    known = {person: one for person, one in telling.items() if one is not None}
    return [
        Finding("spam", {person: began[person]}, _figures(compared[person]))
        for person, one in sorted(known.items())
        if one.low > -LEAST_TELLING and one.high < LEAST_TELLING and _others_agree(known, person)
    ]


@dataclass(frozen=True)
class _Telling:
    """How much somebody's votes tell of what others think: -1 … 1, with its limits."""

    gap: float
    low: float
    high: float


def _compared(votes: Iterable[Vote]) -> tuple[Mapping[str, Counter[tuple[bool, bool]]], Mapping[str, int]]:
    """Return how often each person liked what the others liked and what they did not, and when that began."""
    by_draft: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        by_draft[vote.draft_id].append(vote)
    compared: dict[str, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    began: dict[str, int] = {}
    for vote, others_like in _beside_others(by_draft.values()):
        compared[vote.user_id][others_like, vote.value == "positive"] += 1
        began[vote.user_id] = min(vote.at_us, began.get(vote.user_id, vote.at_us))
    return compared, began


def _beside_others(drafts: Iterable[Sequence[Vote]]) -> Iterator[tuple[Vote, bool]]:
    """Yield each vote with whether the others like that draft, where two thirds of two or more of them agree."""
    for votes in drafts:
        likes = sum(vote.value == "positive" for vote in votes)
        for vote in votes:
            others, liking = len(votes) - 1, likes - (vote.value == "positive")
            if others >= 2 and max(liking, others - liking) * 3 >= others * 2:
                yield vote, liking * 2 > others


def _telling(counts: Counter[tuple[bool, bool]]) -> _Telling | None:
    """Return how much votes tell, where there are enough to say it."""
    liked, disliked = (counts[like, True] + counts[like, False] for like in (True, False))
    if min(liked, disliked) < FEWEST_COMPARED:
        return None
    first, second = counts[True, True] / liked, counts[False, True] / disliked
    first_low, first_high = wilson(first, of=liked, z=_Z)
    second_low, second_high = wilson(second, of=disliked, z=_Z)
    gap = first - second
    low = gap - sqrt((first - first_low) ** 2 + (second_high - second) ** 2)
    return _Telling(gap, low, gap + sqrt((first_high - first) ** 2 + (second - second_low) ** 2))


def _others_agree(known: Mapping[str, _Telling], person: str) -> bool:
    """Tell whether the votes of most others tell something of each other: else a team is of two minds."""
    gaps = [one.gap for name, one in known.items() if name != person]
    return len(gaps) >= FEWEST_OTHERS and median(gaps) >= LEAST_TELLING


def _figures(counts: Counter[tuple[bool, bool]]) -> Mapping[str, Any]:
    agreed = counts[True, True] + counts[False, False]
    return {"compared": counts.total(), "agreed": agreed, "likes": counts[True, True] + counts[False, True]}
