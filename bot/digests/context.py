"""What a digest section is given, and what it gives back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.digests.week import Week
from bot.slack.blocks.digest import Part
from storage.queries.activity import Span
from storage.queries.quality import Totals
from storage.unit_of_work import UnitOfWork

WEEKS_BEFORE = 4  # what this week is compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekTotals:
    """One week of the trend."""

    until: datetime
    timezone: str
    totals: Totals

    @property
    def last_local_day(self) -> date:
        """The local day the week ends on."""
        return self.until.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContext:
    """The figures every section may use."""

    week: Week
    channel_name: str
    totals: Totals
    before: Totals  # the `WEEKS_BEFORE` weeks before, together
    trend: tuple[WeekTotals, ...]  # oldest first, this week last

    @property
    def span(self) -> Span:
        """The week as queries take it."""
        return Span(
            workspace_id=self.week.workspace_id,
            channel_id=self.week.channel_id,
            since=self.week.since,
            until=self.week.until,
        )


Section = Callable[[DigestContext, UnitOfWork], Awaitable[Sequence[Part]]]
