"""What people's judgements of drafts amount to: how likely each is good, and how often each judge is right.

No model is the best everywhere: on one set of judges the majority was right in 55 % of cases, Dawid and Skene's model in
49 %, and weights from 20 verified items in 76 %. So verified items (anchors) choose: each model is tried on those that
it was not told, and they are mixed by how well they do. Without anchors it is Dawid and Skene's with kinds of raters
where there are votes enough to know people by, else the majority.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from bot.scoring.rater_kinds import rater_kinds
from bot.scoring.rating_models import (
    PRIOR,
    PRIOR_RIGHT,
    Floats,
    Votes,
    base_rate,
    by_anchors,
    dawid_skene,
    log_odds,
    majority,
    probability,
    sums,
    with_truth,
)

Method = Literal["majority", "dawid_skene", "anchors"]

FEWEST_ANCHORS: Final = 8  # Fewer tell more about themselves than about the models.
FEWEST_VOTES: Final = 5  # Per rater, on average; with fewer nobody can be told apart.
FOLDS: Final = 5
FIRMNESS: Final = (
    0.4  # How much of the anchors' likelihood counts: each model is fitted and tried on the same few.
)
NEGLIGIBLE: Final = 0.01
_SAMPLE: Final = 50_000  # Votes that are enough to choose by.
_SURE: Final = 0.98  # No single anchor condemns a model that was certain and wrong.


@dataclass(frozen=True, slots=True)
class Rating:
    """What one person said of one item (a draft, say)."""

    rater: str
    item: str
    good: bool


@dataclass(frozen=True, slots=True)
class Judge:
    """How good a judge somebody is.

    `agreed` of `judged` votes were shared by the others, each counted as far as the others are sure; `accuracy` is the
    estimate with the prior.
    """

    accuracy: float
    agreed: float
    judged: float


@dataclass(frozen=True)
class Labels:
    """The outcome: P(good) of each item, each rater as a judge, and the method that had the most say."""

    good: Mapping[str, float]
    judges: Mapping[str, Judge]
    method: Method


@dataclass(frozen=True)
class _Model:
    method: Method
    fit: Callable[[Votes], Floats]
    learns: bool  # from anchors: then it is tried on those that it was not told


_MAJORITY: Final = _Model("majority", majority, learns=False)
_PLAIN: Final = _Model("dawid_skene", lambda votes: dawid_skene(votes.blind()), learns=False)
_KINDS: Final = _Model("dawid_skene", rater_kinds, learns=True)
_MODELS: Final = (
    _MAJORITY,
    _PLAIN,
    _KINDS,
    _Model("dawid_skene", dawid_skene, learns=True),
    _Model("dawid_skene", lambda votes: dawid_skene(votes, coins=1), learns=True),
    _Model("anchors", by_anchors, learns=True),
    _Model("anchors", lambda votes: by_anchors(votes, coins=1), learns=True),
    _Model("anchors", base_rate, learns=True),
)


def label(ratings: Sequence[Rating], *, anchors: Mapping[str, bool]) -> Labels:
    """Label items by what people said of them; the last rating of a rater for an item counts.

    Args:
        ratings: who said what, in the order of time.
        anchors: verified items, whether they are good.
    """
    said = {(one.rater, one.item): one.good for one in ratings}
    raters = list(dict.fromkeys(rater for rater, _ in said))
    items = list(dict.fromkeys(item for _, item in said))
    rater_at, item_at = ({name: at for at, name in enumerate(names)} for names in (raters, items))
    votes = Votes(
        item=np.array([item_at[item] for _, item in said], dtype=np.int64),
        rater=np.array([rater_at[rater] for rater, _ in said], dtype=np.int64),
        good=np.array(list(said.values()), dtype=np.int64),
        items=len(items),
        raters=len(raters),
        truth={item_at[item]: good for item, good in anchors.items() if item in item_at},
    )
    good, method = choose(votes)
    judges = dict(zip(raters, judge(votes, good), strict=True))
    return Labels(dict(zip(items, good.tolist(), strict=True)), judges, method)


def choose(votes: Votes) -> tuple[Floats, Method]:
    """Return P(good) of each item by the models that do best on the anchors, and the method that had the most say."""
    if len(votes.truth) < FEWEST_ANCHORS:
        model = _KINDS if len(votes.item) >= FEWEST_VOTES * votes.raters else _MAJORITY
        return with_truth(votes, model.fit(votes)), model.method
    shares = _shares(_sample(votes))
    good = np.zeros(votes.items)
    by_method: dict[Method, float] = {}
    for model, share in zip(_MODELS, shares, strict=True):
        by_method[model.method] = by_method.get(model.method, 0.0) + share
        if share > NEGLIGIBLE:
            good += share * model.fit(votes)
    total = sum(share for share in shares if share > NEGLIGIBLE)
    return with_truth(votes, good / total), max(by_method, key=lambda method: by_method[method])


def judge(votes: Votes, good: Floats) -> list[Judge]:
    """Return how good a judge each rater is by what the others say of the same items: their own vote is left out."""
    side, verified = np.where(votes.good == 1, 1.0, -1.0), np.isin(votes.item, votes.known()[0])
    says = side * log_odds(_accuracy(votes, good))[votes.rater]
    others = probability(sums(votes.item, says, length=votes.items)[votes.item] - says)
    others[verified] = good[votes.item[verified]]
    share = np.abs(2 * others - 1)
    judged = sums(votes.rater, share, length=votes.raters)
    agreed = sums(votes.rater, share * ((others > 0.5) == (votes.good == 1)), length=votes.raters)
    accuracy = (agreed + PRIOR_RIGHT) / (judged + PRIOR)
    columns = (accuracy.tolist(), agreed.tolist(), judged.tolist())
    return [Judge(*figures) for figures in zip(*columns, strict=True)]


def _accuracy(votes: Votes, good: Floats) -> Floats:
    """Return how often each rater is right by the labels."""
    right = np.where(votes.good == 1, good[votes.item], 1 - good[votes.item])
    said = sums(votes.rater, np.ones(len(votes.rater)), length=votes.raters)
    return (sums(votes.rater, right, length=votes.raters) + PRIOR_RIGHT) / (said + PRIOR)


def _shares(votes: Votes) -> list[float]:
    """Return how much each model has to say: its likelihood on anchors that it was not told, made less firm."""
    truth = np.array(list(votes.truth.values()))
    likelihoods = []
    for model in _MODELS:
        told = _tried(votes, model)
        right = np.clip(np.where(truth, told, 1 - told), 1 - _SURE, _SURE)
        likelihoods.append(float(np.log(right).sum()))
    firm = np.exp((np.array(likelihoods) - max(likelihoods)) * FIRMNESS)
    shares: list[float] = (firm / firm.sum()).tolist()
    return shares


def _tried(votes: Votes, model: _Model) -> Floats:
    """Return what a model says of the anchors, without having been told the one that it is asked about."""
    anchors = list(votes.truth.items())
    if not model.learns:
        return model.fit(votes.blind())[[item for item, _ in anchors]]
    told = np.empty(len(anchors))
    for fold in range(FOLDS):
        held = dict(anchors[fold::FOLDS])
        told[fold::FOLDS] = model.fit(votes.without(held))[list(held)]
    return told


def _sample(votes: Votes) -> Votes:
    """Return the votes on the anchors with as many others as choosing needs."""
    if len(votes.item) <= _SAMPLE:
        return votes
    every = -(-len(votes.item) // _SAMPLE)
    kept = np.isin(votes.item, votes.known()[0]) | (votes.item % every == 0)
    names, item = np.unique(votes.item[kept], return_inverse=True)
    at = {int(name): place for place, name in enumerate(names)}
    truth = {at[name]: good for name, good in votes.truth.items() if name in at}
    return Votes(item.astype(np.int64), votes.rater[kept], votes.good[kept], len(names), votes.raters, truth)
