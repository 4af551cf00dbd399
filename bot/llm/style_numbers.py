"""Numbers and times in prose: "3" or "three", "10,000" or "10000", "15:30" or "3:30 pm"."""

import re
from typing import Final

from bot.llm.style_value import Clock, Numbers, Thousands

_SMALL_WORDS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_TEN_WORDS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL: Final = _SMALL_WORDS.split()
_TENS: Final = _TEN_WORDS.split()
_ONES: Final = "|".join(_SMALL[1:10])
_MOST_IN_WORDS: Final = 12  # Beyond it digits read better in any style.
# "one" is more often a pronoun than a number; parts of larger numbers and of compounds take judgement.
_WORD: Final = re.compile(
    rf"(?<![\w-])(?<!hundred )(?<!hundred and )(?:(?P<tens>{'|'.join(_TENS)})(?:-(?P<ones>{_ONES}))?"
    rf"|(?P<small>{'|'.join(_SMALL[2:])}))(?![\w-]| (?:hundred|thousand|million|billion|dozen|thirds|fold)\b)",
    re.IGNORECASE,
)
_UNIT: Final = (
    r" ?(?:%|\N{DEGREE SIGN}|\N{EURO SIGN}|\$|[ap]\.?m\b|[kKMGT]?B\b|px\b|k?g\b|[kcm]?m\b|m?s\b|h\b)"
)
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_NAMED: Final = (
    rf"(?:{_MONTH}|version|step|page|chapter|part|phase|room|level|figure|table|section|no|line|python)\.?"
)
_DIGITS: Final = re.compile(
    rf"(?P<named>\b{_NAMED} )?(?<![\w.,:/$\N{{EURO SIGN}}\N{{POUND SIGN}}#%+\N{{EN DASH}}*_-])(?P<digits>\d{{1,2}})"
    rf"(?![\w:/%\N{{EN DASH}}*_-]|[.,]\d|\)|{_UNIT}|(?: of)? {_MONTH})",
    re.IGNORECASE,
)
_COMMAS: Final = re.compile(r"(?<![\w.,$-])\d{1,3}(?:,\d{3})+(?![\w-]|,\d)")
_PLAIN: Final = re.compile(r"(?<![\w.,:/#+-])\d{4,9}(?![\w:/-]|[.,]\d)")
# Anything else may be a year, or the name of something.
_COUNTED: Final = re.compile(rf"(?!(?:19|20)\d\d\b){_PLAIN.pattern}(?= [a-z]+s\b)")
_CLOCK: Final[dict[Clock, re.Pattern[str]]] = {
    "24": re.compile(
        r"(?<![\w:.-])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?P<half>)(?![\w:]|[.]\d| ?[ap]\.?m\b)"
    ),
    "12": re.compile(
        r"(?<![\w:.-])(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d))? ?(?P<half>[ap])(?:\.m\.|m\b)", re.IGNORECASE
    ),
}  # fmt: skip


def numbers_in(text: str) -> set[tuple[int, Numbers]]:
    """Return the small numbers of a text, and how each is written."""
    words: set[tuple[int, Numbers]] = {(_value(found), "words") for found in _WORD.finditer(text)}
    return words | {(int(found["digits"]), "digits") for found in _DIGITS.finditer(text) if _is_count(found)}


def with_numbers(text: str, form: Numbers) -> str:
    """Write small numbers in digits or in words; names, dates, times and measures stay as they are."""
    if form == "digits":
        return _WORD.sub(lambda found: str(_value(found)), text)
    return _DIGITS.sub(_in_words, text)


def thousands_in(text: str) -> set[tuple[int, Thousands]]:
    """Return the large numbers of a text, and how each is written."""
    commas: set[tuple[int, Thousands]] = {(_bare(found[0]), "comma") for found in _COMMAS.finditer(text)}
    return commas | {(int(found[0]), "plain") for found in _PLAIN.finditer(text)}


def with_thousands(text: str, form: Thousands) -> str:
    """Write large numbers with or without commas; only what is counted ("10000 users") gets commas."""
    if form == "plain":
        return _COMMAS.sub(lambda found: str(_bare(found[0])), text)
    return _COUNTED.sub(lambda found: f"{int(found[0]):,}", text)


def times_in(text: str) -> set[tuple[int, Clock]]:
    """Return the times of day in a text in minutes, and how each is written."""
    return {
        (hour * 60 + minute, clock)
        for clock, pattern in _CLOCK.items()
        for hour, minute in map(_time, pattern.finditer(text))
    }


def with_clock(text: str, clock: Clock) -> str:
    """Write times of day by this clock."""
    other: Clock = "12" if clock == "24" else "24"
    return _CLOCK[other].sub(lambda found: _told(found, clock), text)


def _value(found: re.Match[str]) -> int:
    if found["small"]:
        return _SMALL.index(found["small"].lower())
    ones = _SMALL.index(found["ones"].lower()) if found["ones"] else 0
    return 10 * (_TENS.index(found["tens"].lower()) + 2) + ones


def _is_count(found: re.Match[str]) -> bool:
    """Tell whether a number counts something: it is no name's number, and none of a list."""
    line = found.string[: found.start()].rpartition("\n")[2]
    is_in_list = not line.strip() and found.string[found.end() : found.end() + 1] == "."
    return int(found["digits"]) >= 2 and found["named"] is None and not is_in_list


def _in_words(found: re.Match[str]) -> str:
    number = int(found["digits"])
    is_plain = _is_count(found) and number <= _MOST_IN_WORDS and found["digits"][0] != "0"
    return _SMALL[number] if is_plain else found[0]


def _bare(number: str) -> int:
    return int(number.replace(",", ""))


def _time(found: re.Match[str]) -> tuple[int, int]:
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"].lower()
    return (hour % 12 + (12 if half == "p" else 0) if half else hour), minute


def _told(found: re.Match[str], clock: Clock) -> str:
    hour, minute = _time(found)
    if clock == "24":
        return f"{hour:02d}:{minute:02d}"
    minutes = f":{minute:02d}" if minute else ""
    return f"{(hour - 1) % 12 + 1}{minutes} {'pm' if hour >= 12 else 'am'}"
