"""Decides from evidence which rules a topic should have, and where. Pure: the same evidence gives the same rules.

The rules of a topic are those few that explain what people said best: each has its price, so that a broad one stands
where places agree, and an exception (a task, a channel, one of both, the drafts of one person) only where enough
speaks for it. Evidence is always weighed as a whole, so that taking some of it back takes back just what it did.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.learning.rules.evidence import Evidence, Side, Voice, side_of, sides_of, voices_of
from bot.learning.scopes import WORKSPACE, Cell, Scope

ENOUGH: Final = 0.95  # what a side has to have weighed before decay: one stated voice, two edits or people
ENOUGH_HERE: Final = 0.45  # … in a single channel and task, of what is plain in an edit: one trusted person's
ALIVE: Final = 0.1  # below this evidence has faded away
LEAD: Final = 0.4  # two sides of one place are a conflict when neither outweighs the other by this
# By narrowness: what a rule has to explain to be worth having.
PRICES: Final = {0: 0.3, 1: 0.5, 2: 0.5, 3: 0.35, 4: 0.5, 5: 0.35, 6: 0.35, 7: 0.35}
PEOPLE: Final = 2  # a rule beyond one channel and task needs so many people …
EDITS_ALONE: Final = 3  # … or one with so many edits that nobody contradicts
MOST_RULES: Final = 24  # of one topic
PROPOSED: Final = 2  # of one place, the heaviest: more would only be noise


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule that the evidence asks for; `is_active` is False for one that has too little yet."""

    scope: Scope
    side: Side
    against: float = 0.0
    opposers: frozenset[str] = frozenset()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sides of one channel and task that both are strong, and that nothing tells apart; neither holds there."""

    scope: Scope
    first: Side
    second: Side


@dataclass(frozen=True, slots=True)
class Decision:
    """What a topic's evidence amounts to."""

    wanted: tuple[Wanted, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """Somebody said that a stance is too broad: what speaks for it within this scope speaks for no broader one."""

    scope: Scope
    stance: str

    def holds_back(self, voice: Voice, scope: Scope) -> bool:
        """Tell whether a voice may not count for a rule of this scope."""
        is_within = self.scope.covers(voice.cell) or self.scope.covers(own_cell(voice))
        return voice.stance == self.stance and is_within and not self.scope.includes(scope)


@dataclass(slots=True)
class _Fit:
    """Rules in the making, and what they say about each voice."""

    voices: tuple[Voice, ...]
    limits: tuple[Limit, ...] = ()
    rules: dict[Scope, str] = field(default_factory=dict)
    heard: Mapping[Scope, list[Voice]] = field(init=False)

    def __post_init__(self) -> None:
        """Sort the voices by the scopes that they count in."""
        self.heard = self._scopes()

    def _scopes(self) -> dict[Scope, list[Voice]]:
        """Return every scope that a rule may have, with the voices that count there."""
        scopes = _scopes(self.voices)
        for limit in self.limits:
            scopes[limit.scope] = [one for one in self.voices if _is_heard(one, limit.scope)]
        return {
            scope: [one for one in voices if not any(limit.holds_back(one, scope) for limit in self.limits)]
            for scope, voices in scopes.items()
        }

    def price(self, scope: Scope) -> float:
        """Return what a rule has to explain; old evidence that nobody contradicts is not too little for its age."""
        return PRICES[scope.narrowness] * max((voice.left for voice in self.voices), default=1.0)

    def narrowest(self, voice: Voice, *, below: int = 99) -> Scope | None:
        """Return the scope of the rule that holds where somebody spoke, of those less narrow than `below`."""
        cell = own_cell(voice)
        holding = [scope for scope in self.rules if scope.narrowness < below and scope.covers(cell)]
        return max(holding, key=lambda scope: scope.narrowness) if holding else None

    def told(self, voice: Voice, *, below: int = 99) -> str | None:
        """Return the stance that holds where somebody spoke."""
        scope = self.narrowest(voice, below=below)
        return None if scope is None else self.rules[scope]


def decide(evidence: Iterable[Evidence], *, limits: Iterable[Limit] = ()) -> Decision:
    """Decide one topic from all the evidence there is about it."""
    fit = _Fit(voices_of(evidence), tuple(limits))
    while len(fit.rules) < MOST_RULES and (step := _best_step(fit)) is not None:
        scope, stance = step
        fit.rules[scope] = stance
    _drop_idle(fit)
    active = tuple(_wanted(fit, scope, stance) for scope, stance in fit.rules.items())
    conflicts = tuple(_conflicts(fit))
    contested = {conflict.scope for conflict in conflicts}
    return Decision((*active, *(one for one in _proposals(fit) if one.scope not in contested)), conflicts)


def own_cell(voice: Voice) -> Cell:
    """Return the cell that somebody speaks for: what they want of drafts they ask for themselves."""
    return Cell(voice.cell.channel_id, voice.cell.task, voice.user_id)


def _is_heard(voice: Voice, scope: Scope) -> bool:
    """Tell whether somebody spoke within a scope, for themselves or about the drafts of the one whose scope it is."""
    return scope.covers(own_cell(voice)) or scope.covers(voice.cell)


def _best_step(fit: _Fit) -> tuple[Scope, str] | None:
    """Return the rule that explains most of what is not explained yet; None when none is worth its price."""
    holding = {voice: fit.narrowest(voice) for voice in fit.voices}
    steps = []
    for scope, voices in fit.heard.items():
        if scope not in fit.rules:
            gains = _gains(fit, scope.narrowness, [(voice, holding[voice]) for voice in voices])
            worth = {stance: gain - fit.price(scope) for stance, gain in gains.items()}
            steps += [(gain, scope, stance) for stance, gain in worth.items() if gain > 0]
    steps.sort(key=lambda step: (-step[0], str(step[1:])))
    return next((step[1:] for step in steps if _may_hold(step[1], step[2], fit.heard[step[1]])), None)


def _scopes(voices: Iterable[Voice]) -> defaultdict[Scope, list[Voice]]:
    """Return every scope that somebody spoke in, with the voices there."""
    scopes: defaultdict[Scope, list[Voice]] = defaultdict(list)
    for voice in voices:
        channel_id, task = voice.place
        for scope in (
            WORKSPACE,
            Scope(task=task),
            Scope(channel_id=channel_id),
            Scope(channel_id=channel_id, task=task),
            Scope(requester_id=voice.user_id),
        ):
            scopes[scope].append(voice)
    return scopes


def _gains(fit: _Fit, narrowness: int, voices: Iterable[tuple[Voice, Scope | None]]) -> dict[str, float]:
    """Return per stance how much better its rule would explain the voices of a scope, given what holds there."""
    gains: defaultdict[str, float] = defaultdict(float)
    whole = 0.0
    for voice, held in voices:
        if held is not None and held.narrowness >= narrowness:
            continue
        told = fit.rules[held] if held else None
        before = 0.0 if told is None else voice.weight if told == voice.stance else -voice.weight
        whole -= voice.weight + before
        gains[voice.stance] += 2 * voice.weight
    return {stance: gain + whole for stance, gain in gains.items()}


def _may_hold(scope: Scope, stance: str, voices: Sequence[Voice]) -> bool:
    """Tell whether a stance has enough behind it in a scope, and was seen in more than a part of it."""
    side = side_of(stance, [voice for voice in voices if voice.stance == stance])
    is_opposed = any(voice.stance != stance for voice in voices)
    is_enough = bool(side.text) and side.fresh >= _enough(scope, side) and side.weight >= ALIVE
    return is_enough and _is_spread(scope, side, is_opposed=is_opposed)


def _enough(scope: Scope, side: Side) -> float:
    """Return what a side has to weigh: where it was said, patterns may be believed at once, as they make nothing up."""
    is_here = scope.channel_id is not None and scope.task is not None and scope.requester_id is None
    return ENOUGH_HERE if is_here and side.is_plain else ENOUGH


def _is_spread(scope: Scope, side: Side, *, is_opposed: bool) -> bool:
    if scope.narrowness in (3, 5, 6, 7):  # One channel and task, or what somebody narrowed on purpose.
        return True
    if scope.requester_id is not None:
        return len(side.places) >= 2
    channels, tasks = {place[0] for place in side.places}, {place[1] for place in side.places}
    if (scope.channel_id is None and len(channels) < 2) or (scope.task is None and len(tasks) < 2):
        return False
    return len(side.people) >= PEOPLE or (side.edits >= EDITS_ALONE and not is_opposed)


def _drop_idle(fit: _Fit) -> None:
    """Drop rules that say what would hold without them."""
    for scope in sorted(fit.rules, key=lambda each: -each.narrowness):
        stance = fit.rules.pop(scope)
        covered = [voice for voice in fit.voices if scope.covers(own_cell(voice))]
        if not covered or any(fit.told(voice, below=scope.narrowness) != stance for voice in covered):
            fit.rules[scope] = stance


def _wanted(fit: _Fit, scope: Scope, stance: str, *, is_active: bool = True) -> Wanted:
    voices = fit.heard[scope]
    others = sides_of(voice for voice in voices if voice.stance != stance)
    side = side_of(stance, [voice for voice in voices if voice.stance == stance])
    people = frozenset[str]().union(*(other.people for other in others))
    return Wanted(scope, side, sum(other.weight for other in others), people - side.people, is_active)


def _conflicts(fit: _Fit) -> Iterator[Conflict]:
    """Yield the places where a strong side is against what holds, or where two hold each other off."""
    for scope, voices in _places(fit).items():
        open_ones = [voice for voice in voices if not _has_own(fit, voice)]
        sides = [side for side in sides_of(open_ones) if side.fresh >= ENOUGH and side.weight >= ALIVE]
        if len(sides) > 1 and sides[0].weight - sides[1].weight < LEAD and scope not in fit.rules:
            yield Conflict(scope, sides[0], sides[1])


def _has_own(fit: _Fit, voice: Voice) -> bool:
    return Scope(requester_id=voice.user_id) in fit.rules


def _proposals(fit: _Fit) -> Iterator[Wanted]:
    """Yield what has too little evidence yet, where it would change something; of two that hold each other off, both."""
    for scope, voices in _places(fit).items():
        if scope not in fit.rules:
            sides = sides_of(voice for voice in voices if fit.told(voice) != voice.stance)
            waiting = [side for side in sides if side.text and side.weight >= ALIVE]
            yield from (_wanted(fit, scope, side.stance, is_active=False) for side in waiting[:PROPOSED])


def _places(fit: _Fit) -> dict[Scope, list[Voice]]:
    """Return each channel with a task that was spoken about, with the voices that count for it."""
    places = sorted({voice.place for voice in fit.voices})
    return {Scope(*place): fit.heard[Scope(*place)] for place in places}


def by_topic(evidence: Iterable[Evidence]) -> Mapping[str, list[Evidence]]:
    """Return evidence by what it is about."""
    topics: defaultdict[str, list[Evidence]] = defaultdict(list)
    for one in evidence:
        topics[one.topic].append(one)
    return topics
