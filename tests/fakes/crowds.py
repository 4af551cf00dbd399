"""Made-up crowds whose truth is known: honest people of all skills, and those who would lead a count astray."""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from bot.scoring.rating_models import Votes

Attack = Literal["none", "random", "always good", "opposite", "colluding"]
ATTACKS: Final[tuple[Attack, ...]] = ("none", "random", "always good", "opposite", "colluding")
SPREAD: Final = 12.0  # How alike honest people's skills are: Beta(12 skill, 12 (1 - skill)).
_SHARE: Final[dict[Attack, float]] = {
    "none": 0.0,
    "random": 0.3,
    "always good": 0.3,
    "opposite": 0.25,
    "colluding": 0.3,
}


@dataclass(frozen=True)
class World:
    """One cell of a grid of crowds."""

    items: int = 300
    raters: int = 12
    skill: float = 0.7
    votes: int = 5  # per item
    attack: Attack = "none"
    rate: float = 0.5  # of the items are good
    anchors: int = 0


@dataclass(frozen=True)
class Crowd:
    """What people said, and what is true; a model may be told no more than the anchors in `votes`."""

    votes: Votes
    truth: NDArray[np.int64]
    hidden: NDArray[np.bool_] = field(repr=False)  # the items that no anchor tells of

    def accuracy(self, good: NDArray[np.float64]) -> float:
        """The share of the hidden items that are labelled right; undecided counts half."""
        right = np.where(good == 0.5, 0.5, (good > 0.5) == (self.truth == 1))
        return float(right[self.hidden].mean())


def make_crowd(world: World, *, seed: int) -> Crowd:
    """The same crowd for the same seed, on any machine."""
    dice = np.random.default_rng(seed)
    truth = (dice.random(world.items) < world.rate).astype(np.int64)
    bad = round(_SHARE[world.attack] * world.raters)
    skill = _skills(dice, world, bad)
    per_item = min(world.votes, world.raters)
    item = np.repeat(np.arange(world.items), per_item)
    chosen = [dice.choice(world.raters, per_item, replace=False) for _ in range(world.items)]
    rater = np.concatenate(chosen).astype(np.int64)
    right = dice.random(len(item)) < skill[rater, truth[item]]
    good = np.where(right, truth[item], 1 - truth[item])
    if world.attack == "colluding":
        agreed = (dice.random(world.items) < 0.5).astype(np.int64)
        good = np.where(rater < bad, agreed[item], good)
    told = dice.choice(world.items, world.anchors, replace=False)
    hidden = np.ones(world.items, dtype=np.bool_)
    hidden[told] = False
    anchors = {int(one): bool(truth[one]) for one in told}
    votes = Votes(item, rater, good.astype(np.int64), world.items, world.raters, anchors)
    return Crowd(votes, truth, hidden)


def _skills(dice, world: World, bad: int) -> NDArray[np.float64]:
    """How often each is right about bad items and about good ones; the first `bad` of them are not honest."""
    honest = dice.beta(world.skill * SPREAD, (1 - world.skill) * SPREAD, (world.raters, 2))
    if world.attack == "random":
        honest[:bad] = 0.5
    if world.attack == "always good":
        honest[:bad] = (0.03, 0.97)
    if world.attack == "opposite":
        honest[:bad] = 1 - np.maximum(honest[:bad], 0.75)
    return honest
