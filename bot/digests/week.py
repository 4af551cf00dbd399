"""The week a digest is about: seven local days up to the moment it is due, named by that moment's ISO week."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import BotError
from bot.runtime.local_time import instant, iso_week, next_weekly
from storage.models import Channel

LATE_AFTER = timedelta(hours=2)
_WEEK = re.compile(r"(\d{4})-W(\d{2})")


class UnknownWeek(BotError):
    """The text is not an ISO week."""

    code = "unknown_week"
    sentence = "I cannot read that week. Write it as year and ISO week, like 2026-W47."


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One channel's week."""

    workspace_id: str
    channel_id: str
    period: str  # `2026-W47`
    timezone: str
    until: datetime  # when the digest is due
    late: bool = False

    @property
    def since(self) -> datetime:
        """The same wall-clock time seven local days before: 167 to 169 hours when clocks change."""
        return self.start(weeks_ago=0)

    def start(self, *, weeks_ago: int) -> datetime:
        """Return where the week that lies `weeks_ago` back begins; each week ends where the next one begins."""
        zone = ZoneInfo(self.timezone)
        wall = self.until.astimezone(zone).replace(tzinfo=None, fold=0)
        return (
            instant(wall - timedelta(days=7 * (weeks_ago + 1)), zone=zone) if weeks_ago >= 0 else self.until
        )

    @property
    def last_local_day(self) -> date:
        """The local day on which the digest is due."""
        return self.until.astimezone(ZoneInfo(self.timezone)).date()


def latest_due(channel: Channel, *, tz: str, now: datetime) -> datetime:
    """Return the latest digest moment that has passed, so that of several missed weeks only the last is told."""
    due = channel.next_digest_at or now
    while (following := next_due(channel, tz=tz, after=due)) <= now:
        due = following
    return due


def next_due(channel: Channel, *, tz: str, after: datetime) -> datetime:
    """Return the channel's next digest moment after `after`."""
    return next_weekly(channel.digest_weekday, channel.digest_time, tz=tz, after=after)


def due_in_week(channel: Channel, *, tz: str, period: str) -> datetime:
    """Return the channel's digest moment in an ISO week.

    Raises:
        UnknownWeek: the week cannot be read, or that year has no such week.
    """
    match = _WEEK.fullmatch(period)
    try:
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        monday = None
    if monday is None:
        raise UnknownWeek
    before = datetime(monday.year, monday.month, monday.day, tzinfo=ZoneInfo(tz)) - timedelta(seconds=1)
    return next_due(channel, tz=tz, after=before.astimezone(UTC))


def is_late(due: datetime, *, now: datetime) -> bool:
    """Tell whether a digest sent now has to say that it is late."""
    return now - due > LATE_AFTER


def name_of(moment: datetime, *, tz: str) -> str:
    """Return the ISO week that names a digest due at `moment`."""
    return iso_week(moment, tz=tz)
