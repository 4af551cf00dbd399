"""A team's own results per release, in words and numbers: the same in stats and in the digest."""

from collections.abc import Sequence
from typing import Final

from bot.digests.figure import Figure, mean_of
from bot.digests.wording import DASH
from bot.slack.blocks.stats import Row
from bot.slack.text import escape
from storage.queries.outcomes import OutcomeSum

FEWEST: Final = 3  # drafts; a mean of fewer says nothing
MOST: Final = 10  # rows that are shown


def told(sums: Sequence[OutcomeSum]) -> list[OutcomeSum]:
    """Return what is told: means of enough drafts, those of the most drafts when there are many, by name and release."""
    enough = sorted((each for each in sums if each.n >= FEWEST), key=lambda each: -each.n)[:MOST]
    return sorted(enough, key=lambda each: (each.name, each.release))


def build_outcome_rows(sums: Sequence[OutcomeSum]) -> tuple[Row, ...]:
    """Build a line per outcome and release: the mean over drafts, how many, and its 95% interval."""
    return tuple(_row(each) for each in told(sums))


def build_outcome_numbers(sums: Sequence[OutcomeSum]) -> list[dict[str, float | int | str | None]]:
    """Build the same as plain numbers, for JSON."""
    return [{"name": each.name, "release": each.release, **_figure(each).numbers()} for each in told(sums)]


def _row(each: OutcomeSum) -> Row:
    figure = _figure(each)
    return Row(
        f"{escape(each.name)} · {escape(each.release)}",
        _number(figure.value),
        f"n = {each.n:,}, {_number(figure.low)}{DASH}{_number(figure.high)}",
    )


def _figure(each: OutcomeSum) -> Figure:
    return mean_of(each.n, mean=each.mean, squares=each.squares)


def _number(value: float | None) -> str:
    return f"{value or 0:,.4g}".replace("-", "\N{MINUS SIGN}")
