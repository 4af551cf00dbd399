"""Finds crowds that act as one: new accounts with the same verdicts on the same drafts, or with the same words.

Pure functions over plain rows. People who were there before are never held for agreeing with newcomers.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from rapidfuzz import fuzz

from bot.scoring.detection import MINUTE_US, Finding
from bot.scoring.influence import is_newcomer
from storage.queries.bursts import Deed, Wording

HOUR_US: Final = 60 * MINUTE_US
FEWEST_IN_BRIGADE: Final = 5
FEWEST_TARGETS: Final = 3  # drafts that all of them judged alike …
LEAST_IN_COMMON: Final = 0.7  # … and the share of what they judged that these are

ALIKE: Final = 90  # of 100: rapidfuzz' token sort ratio
WORDS_WITHIN: Final = timedelta(hours=1)
FEWEST_PUPPETS: Final = (
    5  # newcomers to a settled team with the same words: fewer weigh next to nothing anyway
)
FEWEST_STRANGERS: Final = 12  # where everybody is new: people on their first day with the same words
FEWEST_WORDS: Final = 4  # shorter wishes are worded alike by chance …
CROWD: Final = 10  # … but not by so many within an hour
_FEWEST_WORDS_OF_A_CROWD: Final = 2
_FIRST_DAY: Final = timedelta(days=1)
_WORD: Final = re.compile(r"\w+")

Target = tuple[str, bool]  # a draft, and whether it is liked


@dataclass(frozen=True)
class Newness:
    """Since when people give feedback, and since when the team does."""

    first_seen: Mapping[str, datetime | None]
    began_at: datetime
    now: datetime

    def is_newcomer(self, user_id: str) -> bool:
        """Tell whether somebody joined a settled team lately."""
        return is_newcomer(self.first_seen.get(user_id), workspace_began_at=self.began_at, now=self.now)

    def is_on_first_day(self, user_id: str, *, at: datetime) -> bool:
        """Tell whether somebody gave their first feedback within the day before that."""
        seen = self.first_seen.get(user_id)
        return seen is not None and at - seen < _FIRST_DAY


def find_brigades(deeds: Sequence[Deed], *, newness: Newness) -> list[Finding]:
    """Find newcomers who judged the same drafts alike within an hour, against those who were there before.

    Where nobody else judged those drafts, only a crowd of dislikes is odd: people like things in crowds.

    Args:
        deeds: what everybody did in the last day, oldest first.
        newness: who is new.
    """
    judged = [(deed, target) for deed in deeds if (target := _target(deed))]
    fresh = [(deed, target) for deed, target in judged if newness.is_newcomer(deed.user_id)]
    crowd, common = max(map(_alike_in, _hours(fresh)), key=lambda found: len(found[0]), default=_NOBODY)
    firm = {(deed.user_id, target) for deed, target in judged if deed.user_id not in crowd}
    facts = _against([target for _, target in firm], common)
    if len(crowd) < FEWEST_IN_BRIGADE or not facts:
        return []
    figures = {"people": len(crowd), "minutes": 60, "drafts": len({draft for draft, _ in common})}
    return [Finding("brigade", _beginnings(deeds, crowd), {**figures, **facts})]


def find_puppets(wordings: Sequence[Wording], *, deeds: Sequence[Deed], newness: Newness) -> list[Finding]:
    """Find new accounts that wrote the same words within an hour of each other.

    Of a rewrite only the words count that were not in the draft: people who put the same draft right write much alike.

    Args:
        wordings: what people wrote in the last hours, oldest first.
        deeds: what they did besides: all of it is held.
        newness: who is new.
    """
    found = (_puppets(alike, newness) for alike in _alike(wordings))
    return [
        Finding("sockpuppet", _beginnings(deeds, people) | _written(alike, people, deeds), facts)
        for alike, people, facts in found
        if people
    ]


_NOBODY: Final[tuple[frozenset[str], frozenset[Target]]] = (frozenset(), frozenset())


def _target(deed: Deed) -> Target | None:
    """Return what a deed says of which draft, if it says whether it is liked."""
    if deed.kind == "flag" or deed.value in {"negative", "1", "2"}:
        return deed.draft_id, False
    return (deed.draft_id, True) if deed.value in {"positive", "true", "4", "5"} else None


def _hours(judged: Sequence[tuple[Deed, Target]]) -> Iterator[Sequence[tuple[Deed, Target]]]:
    """Yield what was judged in each hour; the hours overlap by half."""
    for half in sorted({deed.at_us // (HOUR_US // 2) for deed, _ in judged}):
        start = half * (HOUR_US // 2)
        yield [one for one in judged if start <= one[0].at_us < start + HOUR_US]


def _alike_in(hour: Sequence[tuple[Deed, Target]]) -> tuple[frozenset[str], frozenset[Target]]:
    """Return who judged alike in an hour, and what."""
    by: dict[Target, set[str]] = defaultdict(set)
    own: dict[str, set[Target]] = defaultdict(set)
    for deed, target in hour:
        by[target].add(deed.user_id)
        own[deed.user_id].add(target)
    common = frozenset(target for target, people in by.items() if len(people) >= FEWEST_IN_BRIGADE)
    crowd = frozenset(person for person, targets in own.items() if _acts_along(targets, common))
    return crowd, common


def _acts_along(targets: set[Target], common: frozenset[Target]) -> bool:
    shared = len(targets & common)
    return shared >= FEWEST_TARGETS and shared >= LEAST_IN_COMMON * len(targets)


def _against(firm: Sequence[Target], common: frozenset[Target]) -> Mapping[str, Any]:
    """Return how the others judged these drafts, if that makes the crowd odd."""
    agree = sum(target in common for target in firm)
    against = sum((draft, not liked) in common for draft, liked in firm)
    dislikes = sum(not liked for _, liked in common)
    is_odd = against >= 2 and against > agree
    if not is_odd and (agree or against or dislikes * 2 < len(common)):
        return {}
    return {"others_agree": agree, "others_against": against}


def _beginnings(deeds: Sequence[Deed], people: frozenset[str]) -> dict[str, int]:
    """Return since when each of them does anything."""
    began: dict[str, int] = {}
    for deed in deeds:
        if deed.user_id in people:
            began[deed.user_id] = min(deed.at_us, began.get(deed.user_id, deed.at_us))
    return began


def _written(alike: Sequence[Wording], people: frozenset[str], deeds: Sequence[Deed]) -> dict[str, int]:
    """Return since when those write of whom nothing else is known."""
    known = _beginnings(deeds, people)
    return {
        one.user_id: int(one.at.timestamp() * 1_000_000)
        for one in reversed(alike)
        if one.user_id in people and one.user_id not in known
    }


def _puppets(
    alike: Sequence[Wording], newness: Newness
) -> tuple[Sequence[Wording], frozenset[str], Mapping[str, Any]]:
    writers = {one.user_id for one in alike}
    newcomers = frozenset(filter(newness.is_newcomer, writers))
    strangers = frozenset(one.user_id for one in alike if newness.is_on_first_day(one.user_id, at=one.at))
    held = newcomers if len(newcomers) >= FEWEST_PUPPETS else strangers
    words = len(_new_words(alike[0]))
    if len(held) < (FEWEST_PUPPETS if held is newcomers else FEWEST_STRANGERS) or words < _fewest_words(held):
        return alike, frozenset(), {}
    minutes = int((alike[-1].at - alike[0].at).total_seconds() // 60) + 1
    return alike, held, {"people": len(held), "minutes": minutes, "words": words}


def _fewest_words(people: frozenset[str]) -> int:
    return FEWEST_WORDS if len(people) < CROWD else _FEWEST_WORDS_OF_A_CROWD


def _alike(wordings: Sequence[Wording]) -> Iterator[list[Wording]]:
    """Yield groups of near-identical words, each within an hour of its first, oldest first."""
    groups: list[tuple[str, list[Wording]]] = []
    for one in wordings:
        words = " ".join(_new_words(one))
        known = next((group for said, group in groups if _same(said, words, group[0], one)), None)
        if known is not None:
            known.append(one)
        elif words:
            groups.append((words, [one]))
    yield from (group for _, group in groups)


def _same(said: str, words: str, first: Wording, one: Wording) -> bool:
    return one.at - first.at <= WORDS_WITHIN and fuzz.token_sort_ratio(said, words) >= ALIKE


def _new_words(wording: Wording) -> list[str]:
    """Return a wish's words, or those that a rewrite has and the draft has not."""
    known = set(_WORD.findall((wording.original or "").casefold()))
    return [word for word in _WORD.findall(wording.text.casefold()) if word not in known]
