"""Dawid and Skene's model with kinds of raters: a prior that knows what people are like, and people who vote as one.

A rater is of one of many kinds: each pair of an accuracy on good items and one on bad ones, on a grid. Most kinds are
honest ones; what share of the crowd is of which kind is learned, so that three votes an item go further. One more kind
says what a brigade agreed on. Those only *look* accurate, because they agree with each other: the brigade's opinion is
a second hidden fact of each item, and it is believed only where the votes are likelier with it than without it.

Fitted by mean-field variational Bayes (see Liu, Peng and Ihler, 2012); the bound on the evidence compares the fits.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from bot.scoring.rating_models import (
    Floats,
    Votes,
    log_odds,
    majority,
    probability,
    rate_of,
    sums,
    with_truth,
)

STEPS: Final = (0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)
HONEST: Final = (6.0, 3.0)  # Beta prior of an honest person's accuracy on either side
ODD: Final = 0.02  # of people are of any kind at all,
DEAF: Final = 0.03  # and as many say the same whatever the item is.
BRIGADE: Final = 0.03  # of people vote as a brigade agreed.
LOYAL: Final = 0.97  # How often one of a brigade says what was agreed.
FIRM: Final = 40.0  # As many people's worth of prior stand against what this crowd seems to be.
SUSPECT: Final = 0.85  # Two people who are better than this on both sides may just agree with each other.
FEWEST: Final = 1.5
MOST_ROUNDS: Final = 60
SETTLED: Final = 1e-4

_ON_GOOD, _ON_BAD = (axis.ravel() for axis in np.meshgrid(np.array(STEPS), np.array(STEPS)))
_LOG_SAYS: Final = np.log(np.stack([_ON_GOOD, 1 - _ON_GOOD, 1 - _ON_BAD, _ON_BAD]))
_LOG_LOYAL: Final = np.log(np.array([LOYAL, 1 - LOYAL, 1 - LOYAL, LOYAL]))


@dataclass(frozen=True)
class Crowd:
    """What is believed: P(good) and P(the brigade says good) of each item, each rater's kinds; the last is the brigade.

    `brigade` is None where nobody is thought to vote as one.
    """

    good: Floats
    brigade: Floats | None
    kinds: Floats
    shares: Floats
    evidence: float = -np.inf


def rater_kinds(votes: Votes) -> Floats:
    """Return P(good) of each item by the likeliest of: no brigade, a brigade, and a brigade that is taken for the rest."""
    plain = _fit(votes, _start(votes))
    accuracy = np.minimum(plain.kinds[:, :-1] @ _ON_GOOD, plain.kinds[:, :-1] @ _ON_BAD)
    alike = np.where(accuracy > SUSPECT, 0.95, 0.0)
    if alike.sum() < FEWEST:
        return plain.good
    found = _fit(votes, _split(votes, plain, alike, _heads(votes, 1 - alike)))
    turned = _fit(votes, _turned(votes, found))
    return max((plain, found, turned), key=lambda crowd: crowd.evidence).good


def _prior() -> Floats:
    (right, wrong), sides = HONEST, (_ON_GOOD, _ON_BAD)
    honest = np.prod([side ** (right - 1) * (1 - side) ** (wrong - 1) for side in sides], axis=0)
    deaf = np.isclose(_ON_GOOD, 1 - _ON_BAD).astype(np.float64)
    people = (1 - ODD - DEAF) * honest / honest.sum() + ODD / len(honest) + DEAF * deaf / deaf.sum()
    return np.append((1 - BRIGADE) * people, BRIGADE)


_PRIOR: Final = _prior()


def _start(votes: Votes) -> Crowd:
    crowd = Crowd(majority(votes), None, np.empty(0), _PRIOR)
    return replace(crowd, kinds=_kinds(votes, with_truth(votes, crowd.good), None, _PRIOR)[0])


def _split(votes: Votes, crowd: Crowd, alike: Floats, good: Floats) -> Crowd:
    """Return a start at which those who are alike follow a brigade, and the others tell what is good."""
    kinds, _ = _kinds(votes, with_truth(votes, good), crowd.good, _PRIOR)
    rest = kinds[:, :-1] * ((1 - alike) / kinds[:, :-1].sum(axis=1))[:, None]
    return Crowd(good, crowd.good, np.column_stack([rest, alike]), _PRIOR)


def _turned(votes: Votes, crowd: Crowd) -> Crowd:
    """Return a start at which the brigade and the rest change places."""
    agreed = crowd.good if crowd.brigade is None else crowd.brigade
    rest = 0.95 * np.clip(1 - crowd.kinds[:, -1], 0.02, 0.98)
    return _split(votes, crowd, rest, agreed)


def _fit(votes: Votes, crowd: Crowd) -> Crowd:
    """Return what is believed in the end: raters by items, and items by raters, until neither moves."""
    crowd = replace(crowd, good=with_truth(votes, crowd.good))
    for _ in range(MOST_ROUNDS):
        better = _round(votes, crowd)
        moved = np.abs(better.good - crowd.good).max(initial=0.0)
        crowd = better
        if moved < SETTLED:
            break
    return crowd


def _round(votes: Votes, crowd: Crowd) -> Crowd:
    people = crowd.kinds[:, :-1] @ _LOG_SAYS.T
    good = with_truth(votes, _items(votes, people, crowd.good))
    brigade = crowd.brigade
    if brigade is not None:
        brigade = _items(votes, crowd.kinds[:, -1:] * _LOG_LOYAL, brigade)
    shares = (FIRM * _PRIOR + crowd.kinds.sum(axis=0)) / (FIRM + votes.raters)
    kinds, likelihood = _kinds(votes, good, brigade, shares)
    spread = sum(_spread(facts) for facts in (good, brigade) if facts is not None)
    evidence = likelihood + spread + float(FIRM * (_PRIOR * np.log(shares / _PRIOR)).sum())
    return Crowd(good, brigade, kinds, shares, evidence)


def _items(votes: Votes, people: Floats, before: Floats) -> Floats:
    """Return how likely each item's hidden fact is, by what its votes are worth and how common it was."""
    says = np.stack([people[:, 1] - people[:, 3], people[:, 0] - people[:, 2]], axis=1).ravel()
    odds = sums(votes.item, says[votes.rater * 2 + votes.good], length=votes.items)
    return probability(odds + float(log_odds(np.array(rate_of(before)))))


def _kinds(votes: Votes, good: Floats, brigade: Floats | None, shares: Floats) -> tuple[Floats, float]:
    """Return how likely each rater is of each kind, and the log-likelihood of all votes."""
    people = _seen(votes, good) @ _LOG_SAYS
    loyal = np.full(votes.raters, -1e9) if brigade is None else _seen(votes, brigade) @ _LOG_LOYAL
    fits = np.column_stack([people, loyal]) + np.log(shares)
    most = fits.max(axis=1, keepdims=True)
    kinds = np.exp(fits - most)
    total = kinds.sum(axis=1, keepdims=True)
    return kinds / total, float((np.log(total) + most).sum())


def _seen(votes: Votes, facts: Floats) -> Floats:
    """Return of each rater how often they said good, or bad, of items that are so, and of items that are not."""
    cell = votes.rater * 2 + votes.good
    true = sums(cell, facts[votes.item], length=2 * votes.raters).reshape(-1, 2)
    untrue = np.bincount(cell, minlength=2 * votes.raters).reshape(-1, 2) - true
    return np.column_stack([true[:, 1], true[:, 0], untrue[:, 1], untrue[:, 0]])


def _spread(facts: Floats) -> float:
    """Return what the items add to the evidence: how uncertain they are, and how well they fit how common it is."""
    sure, rate = np.clip(facts, 1e-12, 1 - 1e-12), rate_of(facts)
    own = sure * np.log(sure) + (1 - sure) * np.log(1 - sure)
    return float((facts * np.log(rate) + (1 - facts) * np.log(1 - rate) - own).sum())


def _heads(votes: Votes, weights: Floats) -> Floats:
    """Return the majority of weighted voices."""
    weight = weights[votes.rater]
    up = sums(votes.item, weight * votes.good, length=votes.items)
    return (up + 1) / (sums(votes.item, weight, length=votes.items) + 2)
