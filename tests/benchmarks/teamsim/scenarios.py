"""The scenarios: what is wrong with the people, the rounds and the model of a simulated team."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Kind = Literal["honest", "malicious", "spammer", "colluder", "sleeper"]


@dataclass(frozen=True)
class Scenario:
    """One simulated team's circumstances."""

    name: str
    people: dict[int, Kind] = field(default_factory=dict)  # by number; all others are honest
    drift_at: int | None = None  # from this round on the team wants some things otherwise
    halves: bool = False  # half of the people want some things otherwise, for the drafts they ask for
    edits: bool = True  # else people only press thumbs
    edit_share: float = 0.6  # of the wrong drafts
    wish_share: float = 0.0  # of the corrections: said in words instead of written
    pause: timedelta = timedelta(hours=3)  # between two rounds
    distil_errors: float = 0.10  # of what the model distils

    @property
    def attackers(self) -> frozenset[int]:
        """The people who are not honest."""
        return frozenset(number for number, kind in self.people.items() if kind != "honest")


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("noisy"),
        Scenario("malicious", {0: "malicious", 1: "malicious"}),
        Scenario("contradict", halves=True),
        Scenario("drift", drift_at=200),
        Scenario("drift+malicious", {0: "malicious"}, drift_at=200),
        Scenario("spammer", {0: "spammer"}),
        Scenario("colluders", {0: "colluder", 1: "colluder"}),
        Scenario("sleeper", {0: "sleeper", 1: "sleeper"}),
        Scenario("thumbs", edits=False),
        Scenario("sparse", edit_share=0.10, pause=timedelta(hours=8)),
        Scenario("stated", wish_share=0.5),
        Scenario("distil-0", distil_errors=0.0),
        Scenario("distil-25", distil_errors=0.25),
    )
}
PROTOTYPE = {  # The best of each column so far, CIPHER-5-like and none: what the product is compared with.
    "noisy": (1680, 1918, 9167),
    "malicious": (2752, 6895, 9153),
    "contradict": (2230, 2603, 9152),
    "drift": (2392, 3192, 8514),
    "drift+malicious": (2525, 4920, 8556),
}
