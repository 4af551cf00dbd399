"""When a recurring brief comes round: read from words, and made exact in a time zone.

An occurrence belongs to a local date. A time that a clock change skips happens right after the gap, one that a clock
change repeats happens once, the first time; a date that a zone leaves out altogether has no occurrence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Self

from bot.errors import BotError
from bot.runtime.local_time import WEEKDAYS, find_zone, instant

SHORT: Final = tuple(WEEKDAYS)
NAMES: Final = tuple(WEEKDAYS.values())
_ALL: Final = frozenset(range(7))
_WORKING: Final = frozenset(range(5))
_SETS: Final = {
    "day": _ALL,
    "days": _ALL,
    "weekday": _WORKING,
    "weekdays": _WORKING,
    "workday": _WORKING,
    "workdays": _WORKING,
    "weekend": frozenset({5, 6}),
    "weekends": frozenset({5, 6}),
}
_SPELLINGS: Final = {
    "tues": 1,
    "weds": 2,
    "thur": 3,
    "thurs": 3,
    **{short: number for number, short in enumerate(SHORT)},
    **{name.lower(): number for number, name in enumerate(NAMES)},
    **{f"{name.lower()}s": number for number, name in enumerate(NAMES)},
}
_OTHER_RHYTHMS: Final = frozenset(
    {
        "month",
        "year",
        "quarter",
        "fortnight",
        "hour",
        "minute",
        "week",
        "other",
        "second",
        "third",
        "first",
        "last",
        "morning",
        "evening",
        "2",
        "3",
        "4",
        "two",
        "three",
    }
)
_FILLERS: Final = frozenset({"", "and", "on", "at", "every"})
_WORD: Final = re.compile(r"\s*(\S+)")
_TIME: Final = re.compile(
    r"\s*(?:(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})|(?P<whole>\d{1,2})(?=\s*[ap]\.?m\b))\s*(?P<half>[ap])?"
    r"(?(half)\.?m\b\.?)(?=\s|$|,|:\s)[,:]?",
    re.IGNORECASE,
)

HOW: Final = (
    "I understand weekdays and a time of day, like `/draftloop every friday 15:00 …`, `every weekday "
    "9:00 …`, `every mon,wed 9:30 …` or `every day 17:00 …`. "
    "`/draftloop every list` shows what there is."
)


class RecurrenceUnclear(BotError):
    """The words name no weekdays and time; the sentence says which part, and what is understood."""

    code = "recurrence_unclear"
    sentence = HOW


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One coming round: the local date it belongs to, and when it happens (UTC)."""

    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Weekdays (Monday is 0) and a local time of day."""

    weekdays: frozenset[int]
    clock: time

    @classmethod
    def of(cls, weekdays: str, local_time: str) -> Self:
        """Read what a row holds: `mon,wed` and `09:30`."""
        days = frozenset(SHORT.index(name) for name in weekdays.split(","))
        return cls(days, time.fromisoformat(local_time))

    @property
    def days_column(self) -> str:
        """The weekdays as a row holds them."""
        return ",".join(SHORT[number] for number in sorted(self.weekdays))

    @property
    def time_column(self) -> str:
        """The time as a row holds it."""
        return f"{self.clock:%H:%M}"

    @property
    def words(self) -> str:
        """The recurrence as people say it, without the *every*."""
        return f"{self._days()} at {self.clock:%H:%M}"

    def _days(self) -> str:
        if self.weekdays == _ALL:
            return "day"
        if self.weekdays == _WORKING:
            return "weekday"
        names = [NAMES[number] for number in sorted(self.weekdays)]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

    def after(self, moment: datetime, *, tz: str) -> Occurrence:
        """Return the first occurrence later than a moment.

        Raises:
            BadTime: there is no such zone.
        """
        return next(one for one in self._from(moment, tz=tz, step=1) if one.at > moment)

    def latest(self, moment: datetime, *, tz: str) -> Occurrence:
        """Return the last occurrence that is not later than a moment; raises like `after`."""
        return next(one for one in self._from(moment, tz=tz, step=-1) if one.at <= moment)

    def _from(self, moment: datetime, *, tz: str, step: int) -> Iterator[Occurrence]:
        """Yield occurrences in one direction, beginning on the far side of the moment's own day."""
        zone = find_zone(tz)
        day = moment.astimezone(zone).date() - step * timedelta(days=1)
        while True:
            if (
                day.weekday() in self.weekdays
                and instant(_noon(day), zone=zone).astimezone(zone).date() == day
            ):
                yield Occurrence(day, instant(datetime.combine(day, self.clock), zone=zone))
            day += step * timedelta(days=1)


def read_recurrence(text: str) -> tuple[Recurrence, str]:
    """Return the recurrence that a text begins with, and the rest of it.

    Raises:
        RecurrenceUnclear: it does not begin with weekdays and a time.
    """
    days, rest = _days(text)
    if not days:
        raise RecurrenceUnclear(_no_days(text))
    found = _TIME.match(rest)
    clock = _clock(found) if found else None
    if found is None or clock is None:
        raise RecurrenceUnclear(f"I did not find the time of day. {HOW}")
    return Recurrence(days, clock), rest[found.end() :].strip()


def _days(text: str) -> tuple[frozenset[int], str]:
    days: frozenset[int] = frozenset()
    while word := _WORD.match(text):
        named = _named(word[1].lower())
        if named is None:
            break
        days, text = days | named, text[word.end() :]
    return days, text


def _named(word: str) -> frozenset[int] | None:
    """Return the weekdays that a word like `mon,wed` or `mon-fri` names; None if it says something else."""
    days: frozenset[int] = frozenset()
    for part in re.split(r"[,/&+]", word):
        if part not in _FILLERS:
            found = _SETS.get(part) or _span(part)
            if not found:
                return None
            days |= found
    return days


def _span(part: str) -> frozenset[int]:
    first, dash, last = part.partition("-")
    if first not in _SPELLINGS or (dash and last not in _SPELLINGS):
        return frozenset()
    start = _SPELLINGS[first]
    length = (_SPELLINGS[last] - start) % 7 if dash else 0
    return frozenset((start + more) % 7 for more in range(length + 1))


def _clock(found: re.Match[str]) -> time | None:
    hour, minute = int(found["hour"] or found["whole"]), int(found["minute"] or 0)
    if half := (found["half"] or "").lower():
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _no_days(text: str) -> str:
    word = _WORD.match(text)
    if word and word[1].lower().rstrip("s,") in _OTHER_RHYTHMS:
        return f"I cannot do that rhythm yet. {HOW}"
    return HOW


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12))
