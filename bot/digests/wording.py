"""Figures in words: the same everywhere they are read."""

from datetime import date

from bot.digests.figure import Figure
from bot.digests.stats import SMALLEST_GROUP, Style

NO_VOTES = "no votes yet"
DASH = "\N{EN DASH}"
ARROWS = {"up": "▲ up", "down": "▼ down", "no clear change": "no clear change"}


def build_value(figure: Figure, *, style: Style, nothing: str = NO_VOTES) -> str:
    """Say the value, or that there is none."""
    if style == "people":
        return _people(figure)
    return nothing if figure.value is None else _number(figure.value, style=style)


def build_evidence(figure: Figure, *, style: Style) -> str:
    """Say what an estimate rests on: its n and its 95% interval. A full count needs neither."""
    if style in {"count", "people"} or figure.value is None or figure.low is None or figure.high is None:
        return ""
    low, high = _number(figure.low, style=style), _number(figure.high, style=style)
    return f"n = {figure.n:,}, {low.rstrip('%★ ')}{DASH}{high}"


def build_phrase(figure: Figure, *, style: Style) -> str:
    """Say value and evidence in one phrase: `75% (n = 12, 47-91%)`."""
    evidence = build_evidence(figure, style=style)
    value = build_value(figure, style=style)
    return f"{value} ({evidence})" if evidence else value


def build_day(day: date) -> str:
    """Say a day as people write it: `7 Nov`."""
    return f"{day.day} {day:%b}"


def plural(n: int, noun: str, many: str | None = None) -> str:
    """Say a count with its noun: `1 draft`, `3 drafts`."""
    return f"{n:,} {noun if n == 1 else many or noun + 's'}"


def _number(value: float, *, style: Style) -> str:
    if style == "percent":
        return f"{100 * value:.0f}%"
    return f"{value:.1f} ★" if style == "stars" else f"{value:,.0f}"


def _people(figure: Figure) -> str:
    if figure.value is None:
        return f"fewer than {SMALLEST_GROUP}"
    return f"{figure.value:,.0f}" if figure.value else "nobody yet"
