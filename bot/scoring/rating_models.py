"""Models of many judgements of good or bad: the majority, Dawid and Skene's (1979), and one of verified items alone.

All of them are arrays in, arrays out. A rater has two accuracies, one on good items and one on bad ones, with a
Beta(4, 2) prior, so that few judgements say little about anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRIOR_RIGHT: Final = 4.0
PRIOR: Final = 6.0  # PRIOR_RIGHT of PRIOR judgements are right before anything is known.
RATE_PRIOR: Final = 2.0  # As many good items and bad ones are assumed before anything is known.
MOST_ROUNDS: Final = 60
SETTLED: Final = 1e-4
_LARGEST: Final = 500.0  # Of a log-odds: beyond it the exponential overflows.


@dataclass(frozen=True)
class Votes:
    """Judgements as columns: `rater` said of `item` that it is good (1) or bad (0); `truth` are the verified items."""

    item: Ints
    rater: Ints
    good: Ints
    items: int
    raters: int
    truth: Mapping[int, bool] = field(default_factory=dict)

    def without(self, items: Mapping[int, bool]) -> "Votes":
        """Return the same votes, not knowing the truth of these items."""
        rest = {item: good for item, good in self.truth.items() if item not in items}
        return Votes(self.item, self.rater, self.good, self.items, self.raters, rest)

    def blind(self) -> "Votes":
        """Return the same votes, with nothing verified."""
        return self.without(self.truth)

    def known(self) -> tuple[Ints, Floats]:
        """Return the verified items, and what they are (1 or 0)."""
        items = np.fromiter(self.truth.keys(), dtype=np.int64, count=len(self.truth))
        return items, np.fromiter(self.truth.values(), dtype=np.float64, count=len(self.truth))


@dataclass(frozen=True)
class Skill:
    """How often each rater is right about good items and about bad ones, and what share of all items is good."""

    on_good: Floats
    on_bad: Floats
    rate: float


def majority(votes: Votes) -> Floats:
    """Return P(good) by counting heads: every voice alike, one more added to each side."""
    up = sums(votes.item, votes.good.astype(np.float64), length=votes.items)
    return (up + 1) / (_counts(votes.item, length=votes.items) + 2)


def dawid_skene(votes: Votes, *, coins: Literal[1, 2] = 2) -> Floats:
    """Return P(good) by expectation maximisation of raters' skills and items' truth, from the majority on.

    Verified items are clamped, and start it: they settle which side is right where the crowd is led astray.

    Args:
        votes: who said what.
        coins: 2 for an accuracy on good items and one on bad ones, 1 for one on both: with few votes that is steadier.
    """
    good = with_truth(votes, by_anchors(votes) if votes.truth else majority(votes))
    for _ in range(MOST_ROUNDS):
        better = with_truth(votes, _posterior(votes, _skill(votes, good, coins=coins)))
        moved = np.abs(better - good).max(initial=0.0)
        good = better
        if moved < SETTLED:
            break
    return good


def by_anchors(votes: Votes, *, coins: Literal[1, 2] = 2) -> Floats:
    """Return P(good) by what the verified items tell about each rater, and nothing else.

    With two coins the whole crowd's lean (some only ever press 👍) is each rater's prior.
    """
    items, truth = votes.known()
    known = np.full(votes.items, -1, dtype=np.int64)
    known[items] = truth.astype(np.int64)
    on = known[votes.item] >= 0
    cell = votes.rater[on] * 4 + known[votes.item[on]] * 2 + votes.good[on]
    seen = _counts(cell, length=4 * votes.raters).reshape(-1, 2, 2)  # by rater, truth and what they said
    right = np.stack([seen[:, 1, 1], seen[:, 0, 0]])
    judged = np.stack([seen[:, 1].sum(axis=1), seen[:, 0].sum(axis=1)])
    if coins == 1:
        accuracy = (right.sum(axis=0) + PRIOR_RIGHT) / (judged.sum(axis=0) + PRIOR)
        return _posterior(votes, Skill(accuracy, accuracy, 0.5))
    lean = (right.sum(axis=1) + PRIOR_RIGHT) / (judged.sum(axis=1) + PRIOR)
    on_good, on_bad = (right + PRIOR * lean[:, None]) / (judged + PRIOR)
    return _posterior(votes, Skill(on_good, on_bad, rate_of(truth)))


def base_rate(votes: Votes) -> Floats:
    """Return P(good) of an item that nobody judged, by the verified ones: what the votes have to be better than."""
    _, truth = votes.known()
    return np.full(votes.items, rate_of(truth))


def rate_of(good: Floats) -> float:
    """Return what share of items is good, by how likely each of some is."""
    return float((good.sum() + RATE_PRIOR) / (len(good) + 2 * RATE_PRIOR))


def with_truth(votes: Votes, good: Floats) -> Floats:
    """Return P(good) with the verified items as they are; the given one stays as it is."""
    items, truth = votes.known()
    known = good.copy()
    known[items] = truth
    return known


def log_odds(probability: Floats) -> Floats:
    """Return the log-odds of probabilities, cut off where a float's precision ends."""
    sure = np.clip(probability, 1e-12, 1 - 1e-12)
    return np.log(sure / (1 - sure))


def probability(odds: Floats) -> Floats:
    """Return the probabilities of log-odds."""
    return 1 / (1 + np.exp(-np.clip(odds, -_LARGEST, _LARGEST)))


def _skill(votes: Votes, good: Floats, *, coins: Literal[1, 2]) -> Skill:
    """Return the raters' skills that follow from how likely each item is good."""
    cell = votes.rater * 2 + votes.good
    up = sums(cell, good[votes.item], length=2 * votes.raters).reshape(-1, 2)
    down = _counts(cell, length=2 * votes.raters).reshape(-1, 2) - up
    rate = rate_of(good)
    if coins == 1:
        accuracy = (up[:, 1] + down[:, 0] + PRIOR_RIGHT) / (up.sum(axis=1) + down.sum(axis=1) + PRIOR)
        return Skill(accuracy, accuracy, rate)
    on_good = (up[:, 1] + PRIOR_RIGHT) / (up.sum(axis=1) + PRIOR)
    on_bad = (down[:, 0] + PRIOR_RIGHT) / (down.sum(axis=1) + PRIOR)
    return Skill(on_good, on_bad, rate)


def _posterior(votes: Votes, skill: Skill) -> Floats:
    """Return how likely each item is good, given the raters' skills."""
    if_bad = np.log((1 - skill.on_good) / skill.on_bad)
    if_good = np.log(skill.on_good / (1 - skill.on_bad))
    says = np.stack([if_bad, if_good], axis=1).ravel()[votes.rater * 2 + votes.good]
    odds = sums(votes.item, says, length=votes.items) + np.log(skill.rate / (1 - skill.rate))
    return probability(odds)


def sums(places: Ints, values: Floats, *, length: int) -> Floats:
    """Return for each of `length` places the sum of the values that belong there."""
    return np.bincount(places, weights=values, minlength=length).astype(np.float64, copy=False)


def _counts(places: Ints, *, length: int) -> Floats:
    return np.bincount(places, minlength=length).astype(np.float64)
