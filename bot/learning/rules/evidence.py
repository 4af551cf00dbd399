"""Evidence: what observations about one topic weigh, as voices of people and as sides. Pure maths."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.learning.scopes import Cell
from bot.scoring.influence import NEWCOMER_WEIGHT, Piece, capped

HALF_LIFE: Final = 150.0  # drafts of a channel and task after which evidence weighs half
STATED: Final = frozenset(
    {"stated", "poll", "press"}
)  # said in so many words; else seen, or read by the model
PLAIN: Final = STATED | {"seen"}
SEEN_WEIGHT: Final = 0.5  # of one edit that only shows it; a second one in the same scope makes it whole
FADING_HERE: Final = (
    0.8  # … and for every verdict of others in the same place since: people change their minds
)
FADING: Final = 0.85  # what somebody's verdict before the last one, in another place, still weighs


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation that counts.

    `age`: drafts of its channel and task since then. `edit`: the correction it is from; several observations of one
    edit are one. `trust`: what its author's judgement weighs there. `fingerprint`: of the words they wrote.
    """

    user_id: str
    cell: Cell
    topic: str
    stance: str
    text: str
    source: str
    edit: str
    at: datetime
    age: float = 0.0
    trust: float = 1.0
    is_newcomer: bool = False
    fingerprint: str = ""

    @property
    def is_stated(self) -> bool:
        """Whether it was said in so many words."""
        return self.source in STATED


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's verdict on a topic in one channel and task: what they said there last, however often.

    `fresh` is what it weighs at first, `left` the share that decay leaves, `weight` what is left after that and after
    what they said elsewhere since.
    """

    user_id: str
    cell: Cell
    stance: str
    said: tuple[Evidence, ...]  # for that stance, oldest first
    fresh: float
    left: float
    weight: float

    @property
    def latest(self) -> Evidence:
        """What they said last."""
        return self.said[-1]

    @property
    def place(self) -> tuple[str, str]:
        """The channel and the task."""
        return self.cell.channel_id, self.cell.task


@dataclass(frozen=True, slots=True)
class Side:
    """All that speaks for one stance within a scope.

    `weight` is after caps and decay, `fresh` before decay: whether it was ever enough. `is_plain`: somebody
    known here said it in words, or it is plain in their edit, with no model's reading needed.
    """

    stance: str
    weight: float
    fresh: float
    people: frozenset[str]
    edits: int
    places: frozenset[tuple[str, str]]
    latest: Evidence
    is_plain: bool

    @property
    def text(self) -> str:
        """The stance as a rule in words: as it was said last."""
        return self.latest.text


def voices_of(evidence: Iterable[Evidence]) -> tuple[Voice, ...]:
    """Return one voice per person, channel and task on a topic, newest first: the stance they took last there."""
    said: defaultdict[tuple[str, str, str], list[Evidence]] = defaultdict(list)
    for one in sorted(evidence, key=_moment):
        said[one.user_id, one.cell.channel_id, one.cell.task].append(one)
    standing = sorted(map(_standing, said.values()), key=lambda each: _moment(each[-1]), reverse=True)
    edits = _edits(standing)
    elsewhere: defaultdict[str, int] = defaultdict(int)
    here: defaultdict[tuple[str, str], int] = defaultdict(int)
    voices = []
    for each in standing:
        latest = each[-1]
        place = latest.cell.channel_id, latest.cell.task
        newer = FADING ** elsewhere[latest.user_id] * FADING_HERE ** here[place]
        voices.append(_voice(each, edits=edits[latest.user_id, latest.stance], newer=newer))
        elsewhere[latest.user_id] += 1
        here[place] += 1
    return tuple(voices)


def side_of(stance: str, voices: Sequence[Voice]) -> Side:
    """Return what these voices for one stance weigh together; each person counts once, however many places they name."""
    people: defaultdict[str, list[Voice]] = defaultdict(list)
    for voice in voices:
        people[voice.user_id].append(voice)
    return Side(
        stance=stance,
        weight=capped([_piece(mine, sum(one.weight for one in mine)) for mine in people.values()]),
        fresh=capped([_piece(mine, sum(one.fresh for one in mine)) for mine in people.values()]),
        people=frozenset(people),
        edits=len({one.edit for voice in voices for one in voice.said}),
        places=frozenset(voice.place for voice in voices),
        latest=max((voice.latest for voice in voices), key=_moment),
        is_plain=any(one.source in PLAIN and not one.is_newcomer for voice in voices for one in voice.said),
    )


def sides_of(voices: Iterable[Voice]) -> tuple[Side, ...]:
    """Return the sides that these voices are on, the heaviest first."""
    stances: defaultdict[str, list[Voice]] = defaultdict(list)
    for voice in voices:
        stances[voice.stance].append(voice)
    sides = (side_of(stance, those) for stance, those in stances.items())
    return tuple(sorted(sides, key=lambda side: (-side.weight, -side.fresh, side.stance)))


def _standing(said: Sequence[Evidence]) -> tuple[Evidence, ...]:
    return tuple(one for one in said if one.stance == said[-1].stance)


def _edits(standing: Iterable[Sequence[Evidence]]) -> Mapping[tuple[str, str], int]:
    """Return in how many edits each person showed each stance, wherever: edits verify each other."""
    edits: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for each in standing:
        edits[each[-1].user_id, each[-1].stance].update(one.edit for one in each)
    return {key: len(those) for key, those in edits.items()}


def _voice(said: tuple[Evidence, ...], *, edits: int, newer: float) -> Voice:
    latest = said[-1]
    strength = 1.0 if any(one.is_stated for one in said) else min(1.0, SEEN_WEIGHT * edits)
    fresh = latest.trust * strength
    left = float(0.5 ** (latest.age / HALF_LIFE))
    held_down = min(fresh, NEWCOMER_WEIGHT) if latest.is_newcomer else fresh
    weight = held_down * left * newer
    return Voice(latest.user_id, latest.cell, latest.stance, said, fresh, left, weight)


def _piece(mine: Sequence[Voice], weight: float) -> Piece:
    latest = max((voice.latest for voice in mine), key=_moment)
    return Piece(latest.user_id, min(latest.trust, weight), latest.is_newcomer, latest.fingerprint, latest.at)


def _moment(one: Evidence) -> tuple[datetime, str]:
    return one.at, one.edit
