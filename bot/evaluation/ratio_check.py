"""Does a trial get the mix that was planned? If not, something decides who is counted, and no figure of it means anything.

A sequential test of a share (Lindon and Malek 2022, "Anytime-valid inference for multinomial count data"): the Bayes
factor of a Beta-binomial around the planned share against that share itself. It is a martingale that starts at 1 where
all is well, so that stopping at 1000 stops a sound trial at most once in a thousand, however often one looks.
"""

from math import exp, lgamma, log
from typing import Final

STOP_AT: Final = 1000.0
_PRIOR: Final = 10.0  # pseudo-counts around the planned share


def ratio_factor(first: int, *, of: int, share: float) -> float:
    """Return how strongly counts speak against the planned share; at most e**700.

    Args:
        first: cases of the first kind.
        of: all cases.
        share: the planned share of the first kind, above 0 and below 1.
    """
    a, b = _PRIOR * share, _PRIOR * (1 - share)
    mixed = _log_beta(first + a, of - first + b) - _log_beta(a, b)
    return exp(min(mixed - first * log(share) - (of - first) * log(1 - share), 700.0))


def is_off(first: int, *, of: int, share: float) -> bool:
    """Tell whether counts cannot be the planned share any more."""
    return ratio_factor(first, of=of, share=share) >= STOP_AT


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
