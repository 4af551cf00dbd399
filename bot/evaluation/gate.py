"""Whether a challenger may go to people at all, decided from drafts that it and the champion wrote anew. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final, Literal

import numpy as np

State = Literal["passed", "stopped", "too_few"]
Reason = Literal["", "worse", "breaks", "too_few"]

NOTE: Final = (
    "Rules that were learned from these very corrections are live for both releases: the difference is fair, the "
    "absolute figures flatter both."
)
_RESAMPLES: Final = 4_000
_SEED: Final = 6


@dataclass(frozen=True, slots=True)
class Replayed:
    """One held-out draft, written by both releases: figures from 0 to 1, higher is better.

    `broke`: the champion honours what people said about this draft, and the challenger does not, or wrote nothing.
    """

    draft_id: str
    champion: float
    challenger: float
    broke: bool = False

    @property
    def difference(self) -> float:
        """How much better the challenger is."""
        return self.challenger - self.champion


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """What is asked of a challenger.

    Args:
        fewest: with fewer drafts nothing is decided here: people decide in the trial.
        most: drafts that are written; more of them tell little more and cost model calls.
        confidence: of the interval of the mean difference.
        margin: a difference of a single draft that is more than chance wording.
    """

    fewest: int = 8
    most: int = 100
    confidence: float = 0.95
    margin: float = 0.02


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What the gate says of a challenger, with the figures that it rests on.

    Args:
        state: passed (not shown to be worse), stopped, or too_few drafts to tell.
        reason: a code: `worse`, `breaks`, `too_few`; "" for passed.
        n: drafts that both releases wrote.
        difference: mean of challenger less champion, from -1 to 1.
        low: lower end of its interval.
        high: upper end.
        breaks: drafts on which the challenger breaks a correction that the champion honours.
        gains: other drafts that it writes better.
        regressions: drafts that it broke or writes worse, the worst first.
        note: what to bear in mind.
    """

    state: State
    reason: Reason
    n: int
    difference: float
    low: float
    high: float
    breaks: int = 0
    gains: int = 0
    regressions: tuple[str, ...] = ()
    note: str = NOTE


def decide_gate(results: Sequence[Replayed], policy: GatePolicy = GatePolicy()) -> GateVerdict:
    """Decide whether a challenger is stopped; what is as good goes on to the trial, where people decide.

    It is stopped as

    - `worse` when the whole interval of the mean paired difference is below 0;
    - `breaks` when it breaks corrections that the champion honours, and does not write more drafts better than it
      breaks. Corrections are tests: one that was passed before may only be lost for more than one draft won. Releases
      that word things by chance win more drafts than they break, so that chance alone stops few.

    With fewer drafts than the policy's `fewest` it says `too_few`, which is no praise.
    """
    differences = [one.difference for one in results]
    low, high = mean_interval(differences, confidence=policy.confidence)
    breaks = sum(one.broke for one in results)
    gains = sum(not one.broke and one.difference >= policy.margin for one in results)
    state, reason = _decision(len(results), high=high, breaks=breaks, gains=gains, policy=policy)
    return GateVerdict(
        state=state,
        reason=reason,
        n=len(results),
        difference=fsum(differences) / len(differences) if differences else 0.0,
        low=low,
        high=high,
        breaks=breaks,
        gains=gains,
        regressions=_regressions(results, margin=policy.margin),
    )


def mean_interval(differences: Sequence[float], *, confidence: float) -> tuple[float, float]:
    """Return the percentile bootstrap interval of a mean of paired differences (Efron and Tibshirani 1993, ch. 13).

    The seed is fixed: the same figures give the same interval. With few drafts it is a little too narrow.
    """
    if not differences:
        return -1.0, 1.0
    values = np.sort(np.asarray(differences, dtype=float))
    picks = np.random.default_rng(_SEED).integers(0, len(values), size=(_RESAMPLES, len(values)))
    tail = (1 - confidence) / 2
    low, high = np.quantile(values[picks].mean(axis=1), [tail, 1 - tail])
    return float(low), float(high)


def _decision(n: int, *, high: float, breaks: int, gains: int, policy: GatePolicy) -> tuple[State, Reason]:
    if n < policy.fewest:
        return "too_few", "too_few"
    if high < 0:
        return "stopped", "worse"
    if breaks and gains <= breaks:
        return "stopped", "breaks"
    return "passed", ""


def _regressions(results: Sequence[Replayed], *, margin: float) -> tuple[str, ...]:
    worse = [one for one in results if one.broke or one.difference <= -margin]
    worse.sort(key=lambda one: (not one.broke, one.difference, one.draft_id))
    return tuple(one.draft_id for one in worse)
