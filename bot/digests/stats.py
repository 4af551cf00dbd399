"""What the figures are: one definition each, for the stats answer, the digest and the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from bot.digests.figure import Figure, count, mean_stars, share
from bot.feedback.signals import IMPLICIT_VALUES
from bot.team.policy import Policy
from storage.engine import Database
from storage.queries.outcomes import OutcomeSum
from storage.queries.quality import Scope, Totals
from storage.unit_of_work import UnitOfWork

PERIODS = (7, 30, 90)
DEFAULT_DAYS = 30
SMALLEST_GROUP = 3  # fewer people than this are never counted out loud

Style = Literal["count", "percent", "stars", "people"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: its name in JSON, what people call it, what it means, how it is made from totals."""

    name: str
    label: str
    own_label: str  # what it is called in one's own stats
    definition: str
    style: Style
    group: Literal["Drafts", "Feedback", "Implicit signals (not opinions)"]
    figure: Callable[[Totals], Figure]
    nothing: str = "no votes yet"  # what is said when it has no cases: silence is never shown as 0%


MEASURES: tuple[Measure, ...] = (
    Measure(
        "drafts",
        "Drafts posted",
        "Drafts you asked for",
        "drafts posted in the period",
        "count",
        "Drafts",
        lambda t: count(t.drafts),
    ),
    Measure(
        "judged",
        "Drafts judged",
        "…of them judged",
        "drafts that people accepted or rejected",
        "count",
        "Drafts",
        lambda t: count(t.judged),
    ),
    Measure(
        "acceptance",
        "Acceptance",
        "Acceptance",
        "accepted drafts of all judged ones. Accepted: approved, or more 👍 than 👎 with no correction and no flag",
        "percent",
        "Drafts",
        lambda t: share(t.accepted, of=t.judged),
    ),
    Measure(
        "flag_rate",
        "Flagged",
        "Flagged",
        "drafts with a flag, of all judged ones",
        "percent",
        "Drafts",
        lambda t: share(t.flagged, of=t.judged),
    ),
    Measure(
        "thumbs",
        "Thumbs up",
        "Your thumbs up",
        "👍 of all 👍 and 👎",
        "percent",
        "Feedback",
        lambda t: share(t.positives, of=t.positives + t.negatives),
    ),
    Measure(
        "rating",
        "Rating",
        "Your rating",
        "mean of 1 to 5 stars",
        "stars",
        "Feedback",
        lambda t: mean_stars(t.stars),
    ),
    Measure(
        "approvals",
        "Approvals",
        "Your approvals",
        "✅ or *Use this*",
        "count",
        "Feedback",
        lambda t: count(t.approvals),
    ),
    Measure(
        "flags", "Flags", "Your flags", "problems flagged", "count", "Feedback", lambda t: count(t.flags)
    ),
    Measure(
        "corrections",
        "Corrections",
        "Your corrections",
        "better texts and instructions in threads",
        "count",
        "Feedback",
        lambda t: count(t.corrections),
    ),
    Measure(
        "edits", "Edits", "Your edits", "whole texts edited", "count", "Feedback", lambda t: count(t.edits)
    ),
    Measure(
        "edit_distance",
        "Mean edit",
        "Your mean edit",
        "share of the words that an edit changed",
        "percent",
        "Feedback",
        lambda t: share(t.edit_thousandths / 1000, of=t.edits),
        nothing="no edits yet",
    ),
    Measure(
        "contributors",
        "People who gave feedback",
        "",
        "people with at least one opinion or correction",
        "people",
        "Feedback",
        lambda t: count(t.contributors),
    ),
)


IMPLICIT_GROUP: Literal["Implicit signals (not opinions)"] = "Implicit signals (not opinions)"
# Shown apart, and only where they are on: nothing of it is in any other figure.
IMPLICIT_MEASURES: tuple[Measure, ...] = (
    Measure(
        "implicit_used",
        "Used",
        "You used",
        "times that somebody pressed *Use this*",
        "count",
        IMPLICIT_GROUP,
        lambda t: count(t.implicit.get("used", 0)),
    ),
    Measure(
        "implicit_reposted",
        "Posted on",
        "You posted on",
        "messages that are a draft's text, or nearly",
        "count",
        IMPLICIT_GROUP,
        lambda t: count(t.implicit.get("reposted", 0)),
    ),
    Measure(
        "implicit_ignored",
        "Left alone",
        "Yours left alone",
        "drafts that nobody said or did anything about for a week",
        "count",
        IMPLICIT_GROUP,
        lambda t: count(t.implicit.get("ignored", 0)),
    ),
)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole UTC days, the last one still running."""

    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.last_day - self.first_day).days + 1

    def moments(self) -> dict[str, datetime]:
        """Return `since` and `until`, the moments at which the period begins and has just ended."""
        begin, end = (
            datetime.combine(day, time(), UTC) for day in (self.first_day, self.last_day + timedelta(days=1))
        )
        return {"since": begin, "until": end}

    @classmethod
    def last(cls, days: int, *, now: datetime) -> "Period":
        """Return the last `days` UTC days, today included."""
        today = now.astimezone(UTC).date()
        return cls(today - timedelta(days=days - 1), today)


@dataclass(frozen=True, slots=True)
class StatsReport:
    """The figures of one scope and period."""

    scope: Scope
    period: Period
    totals: Totals
    known_tasks: tuple[str, ...] = ()
    ever_drafted: bool = True
    shows_implicit: bool = False
    outcomes: tuple[OutcomeSum, ...] = ()  # what the team's own systems measured, per release

    @property
    def figures(self) -> dict[str, Figure]:
        """Return every figure by its name."""
        return build_figures(self.totals, own=self.scope.user_id is not None)


class Stats:
    """Answers how drafts do, from the tallies."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def report(self, scope: Scope, *, days: int = DEFAULT_DAYS) -> StatsReport:
        """Read the figures of a scope for the last `days` UTC days."""
        period = Period.last(days, now=self._clock())
        async with self._database.read() as unit:
            totals = await unit.quality.totals(scope, first_day=period.first_day, last_day=period.last_day)
            implicit = await _shows_implicit(unit, scope)
            if not totals.empty:
                outcomes = tuple(await unit.outcome_figures.sums(scope, **period.moments()))
                return StatsReport(scope, period, totals, shows_implicit=implicit, outcomes=outcomes)
            tasks = await unit.activity.tasks(scope.workspace_id)
        known, ever_drafted = tuple(tasks), bool(tasks)
        return StatsReport(
            scope, period, totals, known_tasks=known, ever_drafted=ever_drafted, shows_implicit=implicit
        )


async def _shows_implicit(unit: UnitOfWork, scope: Scope) -> bool:
    workspace = await unit.workspaces.find(scope.workspace_id)
    return workspace is not None and Policy.of(workspace.settings).implicit


def build_implicit_numbers(totals: Totals) -> dict[str, int]:
    """Build the counts of implicit signals, for JSON: no opinions, and in none of the other figures."""
    return {value: totals.implicit.get(value, 0) for value in IMPLICIT_VALUES}


def build_figures(totals: Totals, *, own: bool = False) -> dict[str, Figure]:
    """Build every figure from totals; small groups are not counted out loud, and one person is no group."""
    figures = {measure.name: measure.figure(totals) for measure in MEASURES}
    if own or 0 < totals.contributors < SMALLEST_GROUP:
        figures["contributors"] = Figure(None, 0)
    return figures


def build_numbers(totals: Totals, *, own: bool = False) -> dict[str, dict[str, float | int | None]]:
    """Build the figures as plain numbers, for JSON."""
    return {name: figure.numbers() for name, figure in build_figures(totals, own=own).items()}
