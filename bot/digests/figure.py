"""One figure: its value, how many cases it rests on, and how far it may be off."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from bot.scoring.intervals import wilson

Z = 1.959964  # two-sided 95 %
# Student's t, two-sided 95 %, for 1 … 30 degrees of freedom; beyond that the series below is exact to three digits.
_T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip

Direction = Literal["up", "down", "no clear change"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the evidence behind it; with no cases (`n` = 0) it has no value."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None

    def numbers(self) -> dict[str, float | int | None]:
        """Return the figure as plain numbers, for JSON."""
        return {"value": self.value, "n": self.n, "low": self.low, "high": self.high}


def count(n: int) -> Figure:
    """Return a full count: nothing is estimated, so the interval is the count itself."""
    return Figure(n, n, n, n)


def share(part: float, *, of: int) -> Figure:
    """Return `part / of` with Wilson's 95 % score interval (Wilson 1927).

    For a mean of values in 0 … 1 give their sum as `part`: the variance of such values is at most m(1 - m)
    (Bhatia & Davis 2000), so the interval is then wide enough or wider.
    """
    if of == 0:
        return Figure(None, 0)
    p = part / of
    low, high = wilson(p, of=of, z=Z)
    return Figure(p, of, min(p, low), max(p, high))


def mean_stars(stars: Sequence[int]) -> Figure:
    """Return the mean of ratings given as counts of 1 … 5 stars, with Student's 95 % interval.

    One imagined rating at each end of the scale is added when the spread is estimated (not to the mean), so
    that two equal votes do not look like certainty.
    """
    n = sum(stars)
    if n == 0:
        return Figure(None, 0)
    mean = _mean(stars)
    padded = [stars[0] + 1, *stars[1:-1], stars[-1] + 1]
    centre = _mean(padded)
    variance = sum(c * (star - centre) ** 2 for star, c in enumerate(padded, start=1)) / (n + 1)
    half = _student(n + 1) * sqrt(variance / n)
    return Figure(mean, n, max(1.0, mean - half), min(5.0, mean + half))


def mean_of(n: int, *, mean: float, squares: float) -> Figure:
    """Return the mean of `n` values with Student's 95 % interval; `squares` is the sum of their squares around it."""
    if n < 2:
        return Figure(mean if n else None, n)
    half = _student(n - 1) * sqrt(max(squares, 0.0) / (n - 1) / n)
    return Figure(mean, n, mean - half, mean + half)


def direction(now: Figure, *, before: Figure) -> Direction:
    """Say whether a figure moved, only if the 95 % interval of the difference leaves out zero.

    The interval of the difference is made from the two intervals (Newcombe 1998, method 10; Zou & Donner 2008).
    """
    if None in {now.value, before.value}:
        return "no clear change"
    low, high = _difference(now, before)
    if low > 0:
        return "up"
    return "down" if high < 0 else "no clear change"


def _difference(now: Figure, before: Figure) -> tuple[float, float]:
    value, low, high = (part or 0.0 for part in (now.value, now.low, now.high))
    old, old_low, old_high = (part or 0.0 for part in (before.value, before.low, before.high))
    change = value - old
    return (
        change - sqrt((value - low) ** 2 + (old_high - old) ** 2),
        change + sqrt((high - value) ** 2 + (old - old_low) ** 2),
    )


def _mean(stars: Sequence[int]) -> float:
    return sum(star * n for star, n in enumerate(stars, start=1)) / sum(stars)


def _student(freedom: int) -> float:
    if freedom <= len(_T):
        return _T[freedom - 1]
    return Z + (Z**3 + Z) / (4 * freedom)
