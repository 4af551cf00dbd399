"""Local times made exact: the next occurrence of a weekly slot or a cron line, and the ISO week of an instant.

APScheduler's `CronTrigger` only walks the wall clock, in a zone without changes; the step from wall clock to
instant is ours: a time that a clock change skips happens once, right after the gap, and a time that a clock
change repeats happens once, the first time.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from apscheduler.triggers.cron import CronTrigger

from bot.errors import BotError

WEEKDAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_WEEKDAYS = tuple(WEEKDAYS)
_CRON_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")  # cron counts from Sunday
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_WEEKDAY_PART = re.compile(r"(?P<first>\*|\d|[a-z]{3})(?:-(?P<last>\d|[a-z]{3}))?(?:/(?P<step>[1-7]))?")
_HORIZON = timedelta(days=366 * 9)  # 29 February comes back within eight years.


class BadTime(BotError):
    """A weekday, a time, a cron line or a time zone that we cannot read; the sentence says which."""

    code = "bad_time"


def find_zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name, in whatever case it is written.

    Raises:
        BadTime: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = _zone_names().get(name.casefold())
    if known is None:
        raise BadTime(f'I do not know the time zone "{name}". Write it like Europe/Berlin.')
    return ZoneInfo(known)


def zones_like(typed: str, *, limit: int = 30) -> list[str]:
    """Return the names of time zones with these letters in them (`new york` finds America/New_York), the best first."""
    letters = typed.strip().casefold().replace(" ", "_")
    found = [name for known, name in _zone_names().items() if letters in known and _is_current(name)]
    return sorted(found, key=lambda name: (not _city(name).startswith(letters), name))[:limit]


def _city(name: str) -> str:
    return name.rpartition("/")[2].casefold()


def _is_current(name: str) -> bool:
    """Leave out the names of old that only repeat others, such as Etc/GMT+5 and posix/…."""
    return name == "UTC" or (
        "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
    )


@cache  # A walk through the zones' files: only for a name that is none as it stands.
def _zone_names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def iso_week(now: datetime, *, tz: str) -> str:
    """Return the local ISO week of an instant, like `2026-W47`."""
    year, week, _ = now.astimezone(find_zone(tz)).isocalendar()
    return f"{year}-W{week:02}"


def next_weekly(weekday: str, clock: str, *, tz: str, after: datetime) -> datetime:
    """Return the first occurrence (UTC) of a weekly local slot such as `fri`, `15:00`, later than `after`.

    Raises:
        BadTime: the weekday, the time or the zone cannot be read.
    """
    zone = find_zone(tz)
    day = _weekday_number(weekday)
    hour, minute = _read_clock(clock)
    wall = after.astimezone(zone).date() - timedelta(days=7)
    wall += timedelta(days=(day - wall.weekday()) % 7)
    while (found := instant(_at(wall, hour, minute), zone=zone)) <= after:
        wall += timedelta(days=7)
    return found


def next_cron(line: str, *, tz: str, after: datetime) -> datetime:
    """Return the first occurrence (UTC) of a cron line in local time, later than `after`.

    Five fields with cron's own meaning: 0 and 7 are Sunday, weekdays may be names, and when day of month
    and weekday are both restricted either is enough.

    Raises:
        BadTime: the line or the zone cannot be read, or the line never comes true.
    """
    zone = find_zone(tz)
    triggers = _triggers(line)
    wall = after.astimezone(zone).replace(tzinfo=UTC, fold=0)
    horizon = wall + _HORIZON
    while wall <= horizon:
        walls = [found for trigger in triggers if (found := trigger.get_next_fire_time(None, wall))]
        if not walls or min(walls) > horizon:
            break
        if (found := instant(min(walls).replace(tzinfo=None), zone=zone)) > after:
            return found
        wall = min(walls) + timedelta(minutes=1)
    raise BadTime(f'The schedule "{line}" never comes true.')


def instant(wall: datetime, *, zone: ZoneInfo) -> datetime:
    """Return when a naive local time happens (UTC): after the gap if it is skipped, first if it is doubled."""
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while found.astimezone(zone).replace(tzinfo=None) != wall:
        wall = (wall + timedelta(minutes=1)).replace(second=0, microsecond=0)
        found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return found


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - a wall clock has no zone yet


def _weekday_number(name: str) -> int:
    try:
        return _WEEKDAYS.index(name.strip().lower()[:3])
    except ValueError:
        raise BadTime(f'I do not know the weekday "{name}". Write one of {", ".join(_WEEKDAYS)}.') from None


def _read_clock(text: str) -> tuple[int, int]:
    if (match := _CLOCK.fullmatch(text.strip())) is None:
        raise BadTime(f'I cannot read the time "{text}". Write it like 15:00.')
    return int(match[1]), int(match[2])


def _triggers(line: str) -> list[CronTrigger]:
    fields = line.lower().split()
    if len(fields) != 5:
        raise BadTime(f'The schedule "{line}" needs five fields, like 0 2 * * mon-fri.')
    minute, hour, day, month, weekday = fields
    pairs = [(day, "*"), ("*", weekday)] if "*" not in (day[0], weekday[0]) else [(day, weekday)]
    try:
        return [
            CronTrigger(
                minute=minute, hour=hour, day=day, month=month, day_of_week=_names(weekday), timezone=UTC
            )
            for day, weekday in pairs
        ]
    except (ValueError, TypeError):
        raise BadTime(f'I cannot read the schedule "{line}". Write it like 0 2 * * mon-fri.') from None


def _names(field: str) -> str:
    """Translate a weekday field to names: APScheduler would count numbers from Monday."""
    chosen = {day for part in field.split(",") for day in _part(part)}
    return "*" if len(chosen) == 7 else ",".join(sorted(chosen, key=_WEEKDAYS.index))


def _part(part: str) -> list[str]:
    if (match := _WEEKDAY_PART.fullmatch(part)) is None:
        raise ValueError(part)
    step = int(match["step"] or 1)
    if match["first"] == "*":
        return list(_CRON_WEEKDAYS[::step])
    first = _number(match["first"])
    last = _number(match["last"]) if match["last"] else (6 if match["step"] else first)
    if last < first or (last == first and match["last"] == "7"):
        last += 7  # `fri-mon` and `0-7` go around the end of the week.
    return [_CRON_WEEKDAYS[day % 7] for day in range(first, last + 1, step)]


def _number(text: str) -> int:
    if text.isdigit() and int(text) <= 7:
        return int(text) % 7
    return _CRON_WEEKDAYS.index(text)
