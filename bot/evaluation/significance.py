"""Is the challenger better? An always-valid test that may be looked at as often as one likes, and that no single person decides.

Testing by betting (Shafer 2021; Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by
betting"): with values x_i in [0, 1] whose mean is at most 1/2 given what came before, every

    E_n = (1/K) sum_k prod_{i<=n} (1 + lambda_k (x_i - 1/2))

is a supermartingale that starts at 1, so that P(some n: E_n >= 1/alpha) <= alpha (Ville 1939). The smallest E_n over
"without rater j" holds whichever single rater j is biased: it is never above the E_n of the honest others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Verdict = Literal["better", "worse"]

LAMBDAS: Final = (
    0.05,
    *(round(0.1 * k, 1) for k in range(1, 19)),
)  # |lambda (x - 1/2)| <= .9: never bankrupt
_TOP: Final = 700.0  # exp of more overflows; nobody needs more evidence than that
_GRID: Final = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True, slots=True)
class Unit:
    """One pair of texts with what its voters said: 1 for the challenger, 1/2 for a tie, 0 for the champion.

    Args:
        votes: by rater.
        fixed: the pair's value where no vote is needed, because one side failed to write; else None.
    """

    votes: Mapping[str, float]
    fixed: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One live draft of a randomised trial with what its raters made of it: 0 is perfect, 1 the worst.

    Args:
        challenger: whether the challenger wrote it.
        losses: by rater.
        fixed: the draft's loss whoever is left out, because it could not be written; else None.
    """

    challenger: bool
    losses: Mapping[str, float]
    fixed: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What some units say about the challenger.

    Args:
        n: units that count.
        voters: raters behind them.
        pooled: E_n over everybody.
        least: the smallest E_n over "without nobody" and "without one rater".
        least_without: that rater, or "" where nobody had to be left out.
        against: the same as `least` for *the challenger is worse*.
        mean: of the units' values: the share that prefers the challenger, or (randomised) by how much the loss falls.
        low, high: always-valid 95 % limits of that mean.
    """

    n: int
    voters: int
    pooled: float
    least: float
    least_without: str
    against: float
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class StopPolicy:
    """When a trial is over before its time.

    Args:
        alpha: how often an equal challenger may win by chance.
        challengers: that are tried at once on the same question: each gets its part of alpha.
        min_voters: people who must have a say before anything is promoted.
        min_units: pairs, or drafts, that anything rests on.
    """

    alpha: float = 0.05
    challengers: int = 1
    min_voters: int = 3
    min_units: int = 12


def e_process(values: ArrayLike) -> Floats:
    """Return E_1 … E_n along the last axis, for values in [0, 1] in the order in which they came in.

    NaN is a unit that does not count: a factor of one. Beyond e**700 it grows no more.
    """
    centred = np.nan_to_num(np.asarray(values, dtype=np.float64) - 0.5, nan=0.0)
    total = np.zeros_like(centred)
    for stake in LAMBDAS:
        total += np.exp(np.minimum(np.log1p(stake * centred).cumsum(axis=-1), _TOP))
    return total / len(LAMBDAS)


def leave_one_out(votes: ArrayLike, *, fixed: ArrayLike | None = None) -> Floats:
    """Return the units' values without nobody and without each rater, one above the other.

    Args:
        votes: (…, units, raters), NaN where a rater did not vote on a unit.
        fixed: (…, units), values that hold whatever anybody said; NaN elsewhere.

    Returns:
        (…, 1 + raters, units): a unit's value is the mean of its votes; NaN where nobody else judged it.
    """
    said = np.asarray(votes, dtype=np.float64)
    has = ~np.isnan(said)
    worth = np.where(has, said, 0.0)
    count = _less_each(has.astype(np.float64))
    values: Floats = np.divide(_less_each(worth), count, out=np.full(count.shape, np.nan), where=count > 0)
    if fixed is None:
        return values
    given = np.asarray(fixed, dtype=np.float64)[..., None, :]
    settled: Floats = np.where(np.isnan(given), values, given)
    return settled


def randomised_value(*, challenger: bool, share: float, expected: float, loss: float) -> float:
    """Return a randomised draft's value in [0, 1]: 1/2 on average where the arms are equal, more where the challenger is better.

    An inverse-probability weighted bet (learning.md; Waudby-Smith and Ramdas 2024): x = 1/2 + 1/2 w (c - y) with
    w = min(q, 1 - q) (T / q - (1 - T) / (1 - q)); at q = 1/2 it is z = ±1.

    Args:
        challenger: whether the challenger wrote it.
        share: q, the share of drafts that it writes.
        expected: c, what was expected before this draft was seen: the mean loss so far.
        loss: y in [0, 1], lower is better.
    """
    weight = min(share, 1 - share) * (1 / share if challenger else -1 / (1 - share))
    return 0.5 + 0.5 * weight * (expected - loss)


def evidence(units: Sequence[Unit], *, alpha: float = 0.05) -> Evidence:
    """Return what pairs say, in the order in which they closed.

    Valid where closing depends on counts and time but never on what was said, and a vote is left out (its voter opted
    out, or is held) for reasons that are not what they said here. A pair that nobody judged counts nowhere.
    """
    counted = [unit for unit in units if unit.votes or unit.fixed is not None]
    raters = sorted({rater for unit in counted if unit.fixed is None for rater in unit.votes})
    votes = np.array(
        [[unit.votes.get(rater, np.nan) for rater in raters] for unit in counted], dtype=np.float64
    )
    fixed = np.array([np.nan if unit.fixed is None else unit.fixed for unit in counted], dtype=np.float64)
    return _weigh(leave_one_out(votes.reshape(len(counted), len(raters)), fixed=fixed), raters, alpha=alpha)


def randomised_evidence(drafts: Sequence[Measured], *, share: float = 0.5, alpha: float = 0.05) -> Evidence:
    """Return what live drafts of both arms say, in the order in which they were measured.

    A draft's loss is the mean over its raters. `mean`, `low` and `high` tell by how much the challenger's loss is
    below the champion's, -1 … 1.
    """
    raters = sorted({rater for draft in drafts for rater in draft.losses})
    losses = np.array([[draft.losses.get(rater, np.nan) for rater in raters] for draft in drafts])
    fixed = np.array([np.nan if draft.fixed is None else draft.fixed for draft in drafts], dtype=np.float64)
    arms = [draft.challenger for draft in drafts]
    said = leave_one_out(losses.reshape(len(drafts), len(raters)), fixed=fixed)
    lines = [_bets(line, arms, share=share) for line in said]
    weighed = _weigh(np.array(lines), raters, alpha=alpha)
    scale = 2 / min(share, 1 - share)  # E[x] = 1/2 + 1/2 min(q, 1 - q) (champion's loss - challenger's)
    mean, low, high = (
        None if x is None else float(np.clip(scale * (x - 0.5), -1, 1))
        for x in (weighed.mean, weighed.low, weighed.high)
    )
    return replace(weighed, mean=mean, low=low, high=high)


def confidence_sequence(values: ArrayLike, *, alpha: float = 0.05) -> tuple[float, float]:
    """Return limits of the mean that hold at every look at once: all means that the same test does not refute.

    Each direction is refuted at 2/alpha (Waudby-Smith and Ramdas 2024, section 4); values are stretched so that a
    supposed mean p lies at 1/2: v = 1/2 + (x - p) / (2 max(p, 1 - p)).
    """
    x = np.asarray(values, dtype=np.float64)
    supposed = np.append(_GRID, x.mean())  # Its own mean is never refuted, so that there always are limits.
    stretched = 0.5 + (x - supposed[:, None]) / (2 * np.maximum(supposed, 1 - supposed)[:, None])
    strongest = np.maximum(e_process(stretched)[:, -1], e_process(1 - stretched)[:, -1])
    kept = supposed[strongest < 2 / alpha]
    return float(kept.min()), float(kept.max())


def decide(found: Evidence, *, policy: StopPolicy) -> Verdict | None:
    """Return what is proved by now, if anything is; a trial whose time is over without it ends as *not enough evidence*.

    *Worse* needs no number of voters: a challenger that fails to write loses by itself, and it only stays where it is.
    """
    if found.n < policy.min_units:
        return None
    if found.least >= policy.challengers / policy.alpha and found.voters >= policy.min_voters:
        return "better"
    return "worse" if found.against >= 1 / policy.alpha else None


def _less_each(numbers: Floats) -> Floats:
    """Return sums over the last axis: of all, and without each."""
    whole = numbers.sum(axis=-1, keepdims=True)
    return np.moveaxis(np.concatenate([whole, whole - numbers], axis=-1), -1, -2)


def _bets(losses: Floats, arms: Sequence[bool], *, share: float) -> list[float]:
    """Return the values of one line of losses; what is expected is the mean of those before, 1/2 at the start."""
    values, seen, total = [], 1, 0.5
    for loss, arm in zip(losses, arms, strict=True):
        if np.isnan(loss):
            values.append(np.nan)
            continue
        expected = total / seen
        values.append(randomised_value(challenger=arm, share=share, expected=expected, loss=float(loss)))
        seen, total = seen + 1, total + float(loss)
    return values


def _weigh(lines: Floats, raters: Sequence[str], *, alpha: float) -> Evidence:
    """Return the evidence of values without nobody (the first line) and without each rater (the others)."""
    pooled = lines[0][~np.isnan(lines[0])] if lines.size else np.empty(0)
    if not pooled.size:
        return Evidence(0, len(raters), 1.0, 1.0, "", 1.0, None, None, None)
    strength = e_process(lines)[:, -1]
    weakest = int(strength.argmin())
    low, high = confidence_sequence(pooled, alpha=alpha)
    return Evidence(
        n=int(pooled.size),
        voters=len(raters),
        pooled=float(strength[0]),
        least=float(strength[weakest]),
        least_without=raters[weakest - 1] if weakest else "",
        against=float(e_process(1 - lines)[:, -1].min()),
        mean=float(pooled.mean()),
        low=low,
        high=high,
    )
