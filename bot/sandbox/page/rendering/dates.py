"""Moments as the viewer reads them: on their own clock, with today and yesterday where that is shorter."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.sandbox.page.rendering.names import Names

_LATEST: Final = 253_402_214_400  # The year 9999 in every zone.
_TOKEN: Final = re.compile(r"\{(\w+)\}")
_PRETTY: Final = {"date_pretty": "date", "date_short_pretty": "date_short", "date_long_pretty": "date_long"}


def find_moment(stamp: str | float, *, names: Names) -> datetime | None:
    """Return a ``ts`` or a number of seconds as the viewer's local time; nothing where it is no moment."""
    try:
        seconds = float(stamp)
    except (ValueError, OverflowError):
        return None
    if not 0 <= seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone(names.tz)


def clock_of(moment: datetime) -> str:
    """Return hours and minutes."""
    return f"{moment:%H:%M}"


def full_of(moment: datetime) -> str:
    """Return the whole moment for a tooltip."""
    return f"{_long(moment)} at {moment:%H:%M:%S}"


def day_of(moment: datetime, *, names: Names) -> str:
    """Return the label of a day: Today, Yesterday, Monday, November 23rd."""
    near = _near(moment.date(), names=names)
    if near:
        return near
    year = "" if moment.year == names.now.astimezone(names.tz).year else f", {moment.year}"
    return f"{moment:%A, %B} {_ordinal(moment.day)}{year}"


def formatted(moment: datetime, *, pattern: str, names: Names) -> str:
    """Fill Slack's date tokens, such as ``{date_pretty} at {time}``; unknown ones stay as they are."""

    def filled(token: re.Match[str]) -> str:
        name = token[1]
        near = _near(moment.date(), names=names).lower() if name in _PRETTY else ""
        form = _FORMS.get(_PRETTY.get(name, name))
        return near or (form(moment) if form else token[0])

    return _TOKEN.sub(filled, pattern)


def _near(day: date, *, names: Names) -> str:
    today = names.now.astimezone(names.tz).date()
    near = {today: "Today", today - timedelta(days=1): "Yesterday", today + timedelta(days=1): "Tomorrow"}
    return near.get(day, "")


def _ordinal(number: int) -> str:
    if number in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _long(moment: datetime) -> str:
    return f"{moment:%A, %B} {_ordinal(moment.day)}, {moment.year}"


_FORMS: Final[dict[str, Callable[[datetime], str]]] = {
    "date_num": lambda moment: f"{moment:%Y-%m-%d}",
    "date": lambda moment: f"{moment:%B} {_ordinal(moment.day)}, {moment.year}",
    "date_short": lambda moment: f"{moment:%b} {moment.day}, {moment.year}",
    "date_long": _long,
    "time": clock_of,
    "time_secs": lambda moment: f"{moment:%H:%M:%S}",
}
