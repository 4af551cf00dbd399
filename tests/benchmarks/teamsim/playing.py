"""Plays a world with whatever writes the drafts, and keeps what the report needs."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from tests.benchmarks.teamsim.features import NAMES, Style
from tests.benchmarks.teamsim.model import ScriptedModel, heard_in
from tests.benchmarks.teamsim.scenarios import Scenario
from tests.benchmarks.teamsim.texts import style_in
from tests.benchmarks.teamsim.world import Ask, Feedback, World


class Method(Protocol):
    """Something that writes drafts and learns from what people do about them."""

    name: str

    def draft(self, ask: Ask) -> str:
        """Write a draft."""
        ...

    def learn(self, ask: Ask, text: str, feedback: Feedback) -> None:
        """Take in what the reader did."""
        ...


@dataclass
class Played:
    """One run: what every round cost, and which features were wrong in it."""

    method: str
    scenario: str
    seed: int
    costs: list[int] = field(default_factory=list)
    wrong: list[list[str]] = field(default_factory=list)  # per round: features that were wrong in the draft …
    spoilt: list[list[str]] = field(
        default_factory=list
    )  # … of them those that the model had right by itself
    styles: list[str] = field(
        default_factory=list
    )  # per round: of every feature 1, 0, or - where it does not show
    wishes: list[Style] = field(default_factory=list)  # per round: what the reader said in words
    kinds: list[str] = field(default_factory=list)  # what the reader did
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The cumulative cost."""
        return sum(self.costs)

    def note(self, world: World, ask: Ask, text: str, feedback: Feedback) -> None:
        """Keep a round."""
        wanted, shown = world.wanted(ask), style_in(text)
        wrong = world.wrong_in(ask, text)
        self.costs.append(world.cost(ask, text))
        self.wrong.append(wrong)
        self.spoilt.append([name for name in wrong if not wanted[name]])
        self.styles.append("".join(str(int(shown[name])) if name in shown else "-" for name in NAMES))
        self.wishes.append(heard_in([feedback.text]) if feedback.kind == "wish" else {})
        self.kinds.append(feedback.kind)

    def as_json(self) -> dict[str, Any]:
        """Return the run as it is kept."""
        return asdict(self)


def play(
    make: Callable[[World, ScriptedModel], Method], *, seed: int, scenario: Scenario, rounds: int = 400
) -> Played:
    """Play all rounds of one seed."""
    world = World(seed, scenario, rounds=rounds)
    method = make(world, ScriptedModel(seed=seed, distil_errors=scenario.distil_errors))
    played = Played(method.name, scenario.name, seed)
    for ask in world.asks:
        text = method.draft(ask)
        feedback = world.react(ask, text)
        method.learn(ask, text, feedback)
        played.note(world, ask, text, feedback)
    return played
