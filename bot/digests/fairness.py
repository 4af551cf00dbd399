"""Is anybody's work flagged more than others', do enough people judge, and do those who are asked answer?

Groups with fewer than three people are never shown; where only one would be left out, the smallest of the others is left
out as well, because the sums of `/draftloop stats` would give it away.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final

from bot.digests.figure import Figure, share
from bot.digests.stats import SMALLEST_GROUP, Period
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.queries.fairness import Asked, GroupCounts, Grouping, Span
from storage.unit_of_work import UnitOfWork

GROUPINGS: Final[tuple[Grouping, ...]] = ("task", "channel", "release")
ONE_SIDED: Final = 0.5  # one person with more than this share of all feedback is a warning …
FEW: Final = 2.0  # … and so is feedback that is as one-sided as that of so few people


@dataclass(frozen=True, slots=True)
class FlagRate:
    """How often drafts of a group were flagged, of those that were judged."""

    name: str
    figure: Figure
    people: int


@dataclass(frozen=True, slots=True)
class FlagRates:
    """The groups that may be shown, and how many may not."""

    shown: tuple[FlagRate, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Diversity:
    """How evenly feedback is spread: `effective` is how many equally diligent people would be as diverse (Simpson 1949)."""

    people: int
    opinions: int
    effective: float
    top_share: float

    @property
    def is_one_sided(self) -> bool:
        """Whether a few people decide what the drafts become."""
        return self.top_share > ONE_SIDED or self.effective < FEW


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """What admins may know; None stands for fewer than three people."""

    workspace_id: str
    period: Period
    flags: Mapping[Grouping, FlagRates]
    diversity: Diversity | None
    answers: Figure | None
    judged: Figure

    def numbers(self) -> dict[str, Any]:
        """Return the report as plain numbers, for JSON."""
        return {
            "workspace": self.workspace_id,
            "first_day": self.period.first_day.isoformat(),
            "last_day": self.period.last_day.isoformat(),
            "flag_rates": {by: _rates(rates) for by, rates in self.flags.items()},
            "reviewers": _diverse(self.diversity),
            "answered_requests": self.answers.numbers() if self.answers else None,
            "judged_drafts": self.judged.numbers(),
        }


class Fairness:
    """Reads the report of a workspace; whoever calls has made sure that it is for an admin."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def report(self, workspace_id: str, *, days: int) -> FairnessReport:
        """Return the figures of the last so many UTC days, today included."""
        period = Period.last(days, now=self._clock())
        span = Span(workspace_id, period.first_day, period.last_day)
        since = datetime.combine(period.first_day, time(), tzinfo=UTC)
        async with self._database.read() as unit:
            posted, judged = await unit.fairness_figures.drafts(span)
            return FairnessReport(
                workspace_id,
                period,
                flags={by: await _flags(unit, span, by) for by in GROUPINGS},
                diversity=diversity_of(await unit.fairness_figures.given(span)),
                answers=_answers(await unit.fairness_figures.asked(workspace_id, since=since)),
                judged=share(judged, of=posted),
            )


async def _flags(unit: UnitOfWork, span: Span, by: Grouping) -> FlagRates:
    groups = await unit.fairness_figures.groups(span, by=by)
    if by == "task":
        tasks = await read_tasks(unit, span.workspace_id)
        groups = [
            GroupCounts(tasks.title_of(one.name), one.judged, one.flagged, one.people) for one in groups
        ]
    return rates_of(groups)


def rates_of(groups: Sequence[GroupCounts]) -> FlagRates:
    """Return the flag rates of those groups that may be shown."""
    with_drafts = [one for one in groups if one.judged]
    shown = [one for one in with_drafts if one.people >= SMALLEST_GROUP]
    if len(with_drafts) - len(shown) == 1 and shown:
        shown.remove(min(shown, key=lambda one: (one.people, one.judged, one.name)))
    rates = (FlagRate(one.name, share(one.flagged, of=one.judged), one.people) for one in shown)
    return FlagRates(tuple(rates), len(with_drafts) - len(shown))


def diversity_of(given: Sequence[int]) -> Diversity | None:
    """Return how evenly feedback is spread over the people who gave it; `given`: how much each of them did."""
    total = sum(given)
    if len(given) < SMALLEST_GROUP:
        return None
    shares = [n / total for n in given]
    return Diversity(len(given), total, 1 / sum(one * one for one in shares), max(shares))


def _answers(asked: Asked) -> Figure | None:
    return None if asked.people < SMALLEST_GROUP else share(asked.answered, of=asked.requests)


def _rates(rates: FlagRates) -> dict[str, Any]:
    shown = {one.name: {**one.figure.numbers(), "people": one.people} for one in rates.shown}
    return {"groups": shown, "left_out": rates.left_out}


def _diverse(diversity: Diversity | None) -> dict[str, Any] | None:
    if diversity is None:
        return None
    return {
        "people": diversity.people,
        "opinions": diversity.opinions,
        "effective": round(diversity.effective, 2),
        "top_share": round(diversity.top_share, 4),
        "one_sided": diversity.is_one_sided,
    }
