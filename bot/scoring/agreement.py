"""How far judges agree beyond chance: Krippendorff's alpha (2004), for votes and for stars. Pure maths."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from bot.scoring.labels import Rating

Level = Literal["nominal", "ordinal", "interval"]
_Floats = NDArray[np.float64]

FEWEST_PAIRABLE: Final = 2  # Values of one item: what a single person said agrees with nobody.
FEWEST_ITEMS: Final = 5
FEWEST_PEOPLE: Final = 3  # Of two, each would know what the other said.
_MOST_ITEMS: Final = 2_000
_DRAWS: Final = 400
_SEED: Final = 20261123  # The same figures give the same interval.


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far people agree on what is good: alpha with its 95 % interval, on so many items judged by two or more."""

    alpha: float
    low: float
    high: float
    items: int


def agreement(ratings: Sequence[Rating]) -> Agreement | None:
    """Return how far people agree on good and bad; the interval is a bootstrap's over items (400 draws, percentiles).

    Returns:
        None where fewer than 3 people or 5 items are behind it, or everybody always says the same.
    """
    up, of = Counter[str](), Counter[str]()
    for one in ratings:
        up[one.item] += one.good
        of[one.item] += 1
    pairable = [item for item, count in of.items() if count >= FEWEST_PAIRABLE][-_MOST_ITEMS:]
    people = {one.rater for one in ratings if of[one.item] >= FEWEST_PAIRABLE}
    if len(pairable) < FEWEST_ITEMS or len(people) < FEWEST_PEOPLE:
        return None
    counts = np.array([[up[item], of[item] - up[item]] for item in pairable], dtype=np.float64)
    value = float(_two_valued(counts, np.arange(len(counts))[None, :])[0])
    if np.isnan(value):
        return None
    draws = np.random.default_rng(_SEED).integers(0, len(counts), (_DRAWS, len(counts)))
    low, high = np.nanpercentile(_two_valued(counts, draws), (2.5, 97.5))
    return Agreement(value, min(float(low), value), max(float(high), value), len(counts))


def _two_valued(counts: _Floats, draws: NDArray[np.int64]) -> _Floats:
    """Return alpha of two values for each draw of items (a row of places); not a number where all say the same."""
    apart = 2 * counts[:, 0] * counts[:, 1] / (counts.sum(axis=1) - 1)
    seen = apart[draws].sum(axis=1)
    good, bad = counts[:, 0][draws].sum(axis=1), counts[:, 1][draws].sum(axis=1)
    by_chance = 2 * good * bad / (good + bad - 1)
    alphas: _Floats = 1 - np.divide(seen, by_chance, out=np.full(len(seen), np.nan), where=by_chance > 0)
    return alphas


def alpha(ratings: Mapping[str, Sequence[float]], *, level: Level = "nominal") -> float | None:
    """Return the agreement of all values of each item: 1 is perfect, 0 is chance, below 0 is worse than chance.

    Any number of judges per item will do; items with one value are left out.

    Args:
        ratings: the values that were given to each item, whoever gave them.
        level: what a difference means: `nominal` any is alike, `ordinal` by ranks, `interval` by the square.

    Returns:
        None where nothing can be compared, or where everybody always says the same and chance is not known.
    """
    pairable = [values for values in ratings.values() if len(values) >= FEWEST_PAIRABLE]
    values = sorted({value for given in pairable for value in given})
    if len(values) < 2:
        return None
    seen = _coincidences(pairable, values)
    totals = seen.sum(axis=0)
    apart = _distances(np.array(values), totals, level)
    by_chance = np.outer(totals, totals) / (totals.sum() - 1)
    return float(1 - (seen * apart).sum() / (by_chance * apart).sum())


def _coincidences(items: Sequence[Sequence[float]], values: Sequence[float]) -> _Floats:
    """Count the ordered pairs of values within the items, each item's pairs weighing as much as its values."""
    at = {value: place for place, value in enumerate(values)}
    counts = np.zeros((len(items), len(values)))
    for row, given in enumerate(items):
        for value in given:
            counts[row, at[value]] += 1
    share = 1 / (counts.sum(axis=1) - 1)
    pairs: _Floats = (counts * share[:, None]).T @ counts - np.diag((counts * share[:, None]).sum(axis=0))
    return pairs


def _distances(values: _Floats, totals: _Floats, level: Level) -> _Floats:
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "interval":
        return np.asarray((values[:, None] - values[None, :]) ** 2, dtype=np.float64)
    ranks = np.cumsum(totals) - totals / 2
    return np.asarray((ranks[:, None] - ranks[None, :]) ** 2, dtype=np.float64)
