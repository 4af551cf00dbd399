"""Dates in prose: 2026-11-23, 23 November 2026 or November 23, 2026; found by their value and written another way."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.llm.style_value import Dates

_MONTH_NAMES: Final = "January February March April May June July August September October November December"
_MONTHS: Final = _MONTH_NAMES.split()
_MONTH: Final = (
    rf"(?P<name>{'|'.join(f'{month[:3]}(?:{month[3:]})?' if month[3:] else month for month in _MONTHS)}|Sept)"
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_AS: Final[dict[Dates, re.Pattern[str]]] = {
    "iso": re.compile(r"(?<![\w.-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\w-])"),
    # Ranges ("23 to 25 November" with a dash) and times ("November 9 am") take judgement: they stay as they are.
    "day_first": re.compile(
        rf"(?<![\w.:\N{{EN DASH}}/-]){_DAY}(?: of)? {_MONTH}(?:[.,]? (?P<year>\d{{4}}))?(?![\w\N{{EN DASH}}-])"
    ),
    "month_first": re.compile(
        rf"(?<!\w){_MONTH}(?:(?<=\b\w{{3}})(?<!May)\.)? {_DAY}(?:,? (?P<year>\d{{4}}))?"
        r"(?![\w:%\N{EN DASH}/-]| ?[ap]\.?m\b)"
    ),
}
_ANY_LEAP_YEAR: Final = 2024
When = tuple[int | None, int, int]


def dates_in(text: str) -> set[tuple[When, Dates]]:
    """Return the dates of a text (year, month, day; the year may be missing), and how each is written."""
    return {(when, form) for found, form in _found(text) if (when := _when(found))}


def with_dates(text: str, form: Dates) -> str:
    """Write every date in this form; one without a year has no ISO form and stays."""
    pieces, end = [], 0
    for found, has in _found(text):
        pieces += [text[end : found.start()], found[0] if has == form else _written(found, form)]
        end = found.end()
    return "".join([*pieces, text[end:]])


def _found(text: str) -> Iterator[tuple[re.Match[str], Dates]]:
    """Find dates from left to right; where two could be read, the one that begins first counts."""
    found = [(match, form) for form, pattern in _AS.items() for match in pattern.finditer(text)]
    end = 0
    for match, form in sorted(found, key=lambda each: (each[0].start(), -each[0].end())):
        if match.start() >= end:
            end = match.end()
            yield match, form


def _when(found: re.Match[str]) -> When | None:
    """Return the date that was found; None when there is no such day."""
    parts = found.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    month = int(parts["month"]) if "month" in parts else _number_of(parts["name"])
    try:
        date(year or _ANY_LEAP_YEAR, month, int(parts["day"]))
    except ValueError:
        return None
    return year, month, int(parts["day"])


def _number_of(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month[:3] == name[:3])


def _written(found: re.Match[str], form: Dates) -> str:
    when = _when(found)
    if when is None or (form == "iso" and when[0] is None):
        return found[0]
    year, month, day = when
    if form == "iso":
        return f"{year:04d}-{month:02d}-{day:02d}"
    name = found.groupdict().get("name") or _MONTHS[month - 1]
    if form == "day_first":
        return f"{day} {name} {year}" if year else f"{day} {name}"
    return f"{name} {day}, {year}" if year else f"{name} {day}"
