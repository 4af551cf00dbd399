"""A simulated team: what it wants, who asks for what, and how people answer a draft.

Everything follows from the seed and the scenario; whatever writes the drafts meets the same asks and the same dice.
A learner is shown `Ask` and `Feedback` only. `World.target` is the truth, which nobody but the report looks at.
"""

import random
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Literal

from tests.benchmarks.teamsim.features import NAMES, PLAIN, TOKENS, Style, phrase
from tests.benchmarks.teamsim.scenarios import Kind, Scenario
from tests.benchmarks.teamsim.texts import Content, cost, render, some_content, whole_style

PEOPLE = 8
CHANNELS = ("launch", "support", "operations")
TASKS = ("announcement", "reply", "release-notes")
ROUNDS = 400
USUAL_DISTANCE = (
    24.4  # tokens per draft by `TOKENS`: with them nothing learned costs about 9,150 in 400 rounds
)
WANTED_BY_THE_TEAM = 6  # features that the team wants otherwise than the model writes
BY_TASK, BY_CHANNEL, BY_PERSON = 2, 2, 1  # features that a task, a channel, the one who asks turns round
BY_HALVES = 3
TASTES = tuple(
    name for name in NAMES if name != "length"
)  # what people differ in: its length is what a text is for
BY_DRIFT = 5
FIXES = 0.85
NOISE = 0.03
ASKS_AND_READS = 0.5  # how often the one who asked is the one who answers
SLEEPS = 100


@dataclass(frozen=True)
class Ask:
    """One round: somebody asks for a draft, somebody reads it."""

    number: int
    channel: int
    task: int
    requester: int
    reader: int
    brief: str
    at: timedelta  # since the first round

    @property
    def cell(self) -> tuple[str, str]:
        """Where it stands: channel and task, by name."""
        return CHANNELS[self.channel], TASKS[self.task]


@dataclass(frozen=True)
class Feedback:
    """What a reader did: wrote the better text, said a wish, or pressed a thumb."""

    user: int
    kind: Literal["edit", "wish", "up", "down"]
    text: str = ""


class World:
    """One team of one seed."""

    def __init__(self, seed: int, scenario: Scenario, *, rounds: int = ROUNDS) -> None:
        self.seed = seed
        self.scenario = scenario
        self.rounds = rounds
        dice = random.Random(f"world {seed}")  # The same team in every scenario.
        self._imagine(dice)
        while abs(self._distance_of_nothing() - USUAL_DISTANCE) > 1:
            self._imagine(dice)
        self._half = dice.sample(TASTES, BY_HALVES)
        self._drifted = dice.sample(NAMES, BY_DRIFT)
        self._plot = dice.sample(NAMES, 3)  # what colluders push

    def _imagine(self, dice: random.Random) -> None:
        self._team = _turned(PLAIN, dice.sample(NAMES, WANTED_BY_THE_TEAM))
        self._by_task = [dice.sample(NAMES, BY_TASK) for _ in TASKS]
        self._by_channel = [dice.sample(NAMES, BY_CHANNEL) for _ in CHANNELS]
        self._by_person = [dice.sample(TASTES, BY_PERSON) for _ in range(PEOPLE)]

    def _distance_of_nothing(self) -> float:
        """Return about how far a text is from what is wanted when nothing is learned."""
        cells = [(task, channel) for task in self._by_task for channel in self._by_channel]
        wanted = [_turned(_turned(self._team, task), channel) for task, channel in cells]
        return sum(TOKENS[name] for style in wanted for name in NAMES if style[name]) / len(cells)

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """All rounds."""
        dice = random.Random(f"asks {self.seed}")
        return tuple(self._ask(number, dice) for number in range(self.rounds))

    def _ask(self, number: int, dice: random.Random) -> Ask:
        requester, other = dice.randrange(PEOPLE), dice.randrange(PEOPLE)
        return Ask(
            number=number,
            channel=dice.randrange(len(CHANNELS)),
            task=dice.randrange(len(TASKS)),
            requester=requester,
            reader=requester if dice.random() < ASKS_AND_READS else other,
            brief=some_content(dice).brief,
            at=self.scenario.pause * number,
        )

    def wanted(self, ask: Ask, *, by: int | None = None) -> Style:
        """Return the style that is really wanted of a draft: by the team, or by one (honest) person."""
        style = _turned(self._team, self._by_task[ask.task])
        style = _turned(style, self._by_channel[ask.channel])
        if self.scenario.drift_at is not None and ask.number >= self.scenario.drift_at:
            style = _turned(style, self._drifted)
        person = ask.requester if by is None else by
        style = _turned(style, self._by_person[person])
        return _turned(style, self._half) if self.scenario.halves and person % 2 else style

    def target(self, ask: Ask) -> str:
        """Return the text that is really wanted."""
        return render(_content(ask), self.wanted(ask))

    def cost(self, ask: Ask, text: str) -> int:
        """Return how far a draft is from what is really wanted."""
        return cost(text, self.target(ask))

    def wrong_in(self, ask: Ask, text: str, *, wants: Style | None = None) -> list[str]:
        """Return the features that are not as wanted, as far as that shows in a text like this."""
        seen, wanted = whole_style(text), self.wanted(ask) if wants is None else wants
        return [name for name in NAMES if seen[name] != wanted[name] and _shows(ask, seen, name)]

    def react(self, ask: Ask, text: str) -> Feedback:
        """Return what the reader does about a draft."""
        dice = random.Random(f"reader {self.seed} {ask.number}")
        kind = self._kind(ask)
        seen = whole_style(text)
        wants = self._wants(kind, ask, dice)
        wrong = self.wrong_in(ask, text, wants=wants)
        will_edit = dice.random() < (self.scenario.edit_share if kind == "honest" else self._eager)
        if not self.scenario.edits or not wrong or not will_edit:
            return Feedback(ask.reader, "down" if wrong else "up")
        return self._corrected(ask, seen, wrong, dice)

    @property
    def _eager(self) -> float:
        """How often those who are not honest edit: always, where people do not edit seldom anyway."""
        return min(1.0, self.scenario.edit_share / 0.6)

    def _kind(self, ask: Ask) -> Kind:
        kind = self.scenario.people.get(ask.reader, "honest")
        if kind == "sleeper":
            return "honest" if ask.number < SLEEPS else "malicious"
        return kind

    def _wants(self, kind: Kind, ask: Ask, dice: random.Random) -> Style:
        """Return what a reader pretends to want."""
        honest = self.wanted(ask, by=ask.reader)
        if kind == "malicious":
            return _turned(honest, NAMES)
        if kind == "spammer":
            return {name: dice.random() < 0.5 for name in NAMES}
        return _turned(honest, self._plot) if kind == "colluder" else honest

    def _corrected(self, ask: Ask, seen: Style, wrong: list[str], dice: random.Random) -> Feedback:
        fixed = [name for name in wrong if dice.random() < FIXES]
        if dice.random() < self.scenario.wish_share and fixed:
            said = " ".join(
                phrase(name, value=not seen[name], variant=dice.randrange(2)) for name in fixed[:3]
            )
            return Feedback(ask.reader, "wish", said)
        slips = [name for name in NAMES if name not in wrong and dice.random() < NOISE]
        better = render(_content(ask), _turned(seen, fixed + slips))
        return Feedback(ask.reader, "edit", better) if fixed or slips else Feedback(ask.reader, "down")


def _turned(style: Style, names: list[str] | tuple[str, ...]) -> Style:
    return style | {name: not style[name] for name in names}


def _content(ask: Ask) -> Content:
    content = Content.read(ask.brief)
    assert content is not None
    return content


def _shows(ask: Ask, seen: Style, name: str) -> bool:
    """Tell whether a feature makes a difference to this text: nobody misses a word that does not occur."""
    content = _content(ask)
    return render(content, seen) != render(content, _turned(seen, [name]))
