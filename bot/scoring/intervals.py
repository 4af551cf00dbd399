"""How far a share may be off."""

from math import sqrt


def wilson(share: float, *, of: int, z: float) -> tuple[float, float]:
    """Return Wilson's score interval of a share of so many cases (Wilson 1927), as both limits within 0 … 1.

    Args:
        share: the share seen, 0 … 1.
        of: how many cases it rests on, at least one.
        z: the normal quantile of the confidence, 1.96 for two-sided 95 %.
    """
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, centre - half), min(1.0, centre + half)
