"""Does the champion keep what it promised? The same always-valid test on live drafts, against a bar that stands still. Pure.

The bar is the upper end of what its predecessor lost on live drafts (always-valid, `confidence_sequence`) plus a slack.
A unit is a live draft with what its raters made of it; under *no worse than the bar* the mean loss is at most b, so that

    x = 1/2 + (y - b) / (2 max(b, 1 - b))

is at most 1/2 in the mean, and E_n >= 1/alpha happens at most with probability alpha, however often one looks; without
each single rater too. Harder briefs look like a decline: that is the price of needing no drafts of the old release.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.evaluation.significance import Evidence, StopPolicy, Unit, confidence_sequence, decide, evidence

SLACK: Final = 0.05  # of the loss: what a release may be worse before anything happens
Losses = Mapping[str, float]  # by rater: 0 is perfect, 1 the worst


def build_bar(predecessor: Sequence[Losses]) -> float:
    """Return the loss that a champion may not exceed; with little known of its predecessor it is (nearly) 1: no guard.

    Args:
        predecessor: what people made of the predecessor's live drafts.
    """
    means = [sum(losses.values()) / len(losses) for losses in predecessor if losses]
    if not means:
        return 1.0
    return min(1.0, round(confidence_sequence(means)[1] + SLACK, 4))


def weigh_decline(drafts: Sequence[Losses], *, bar: float, alpha: float = 0.05) -> Evidence:
    """Return how strongly live drafts, in the order in which they were measured, say that the loss is above the bar."""
    stretch = 2 * max(bar, 1 - bar)
    units = [
        Unit({rater: 0.5 + (loss - bar) / stretch for rater, loss in losses.items()})
        for losses in drafts
        if losses
    ]
    return evidence(units, alpha=alpha)


def has_fallen(found: Evidence, *, alpha: float = 0.05) -> bool:
    """Tell whether a decline is proved: by enough drafts and people, and whoever of them is left out."""
    return (
        decide(found, policy=StopPolicy(alpha=alpha)) == "better"
    )  # *Better* is the proof of what was bet on.


def as_loss(value: float, *, bar: float) -> float:
    """Return the loss behind a unit's value: what is told to people is a loss from 0 to 1."""
    return bar + (value - 0.5) * 2 * max(bar, 1 - bar)
