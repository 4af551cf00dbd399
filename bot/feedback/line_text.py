"""Lines of a text: which can be picked, how they are named and replaced; every other line stays byte for byte."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

_LONGEST_QUOTE: Final = 200


@dataclass(frozen=True)
class Span:
    """Lines that stand together: from the first to the last of them, counted from 0."""

    first: int
    last: int


def pickable(text: str) -> list[tuple[int, str]]:
    """Return the lines that say something, each with its place."""
    return [(place, line) for place, line in enumerate(text.split("\n")) if line.strip()]


def span_of(text: str, places: Collection[int]) -> Span | None:
    """Return the lines at these places as one span; None if there are none, or others stand between them."""
    said = [place for place, _ in pickable(text)]
    picked = sorted(places)
    if not picked or picked[0] not in said:
        return None
    start = said.index(picked[0])
    return Span(picked[0], picked[-1]) if said[start : start + len(picked)] == picked else None


def lines_at(text: str, span: Span) -> str:
    """Return the lines of a span as they stand in the text."""
    return "\n".join(text.split("\n")[span.first : span.last + 1])


def with_lines(text: str, *, span: Span, lines: str) -> str:
    """Return the text with other lines in the place of the span."""
    all_lines = text.split("\n")
    return "\n".join([*all_lines[: span.first], lines, *all_lines[span.last + 1 :]])


def find_lines(text: str, *, lines: str, near: Span) -> Span | None:
    """Find lines in a text that may have changed: where they stood, or in the one place where they stand now."""
    all_lines, wanted = text.split("\n"), lines.split("\n")
    if all_lines[near.first : near.first + len(wanted)] == wanted:
        return near
    found = _places(all_lines, wanted)
    return Span(found[0], found[0] + len(wanted) - 1) if len(found) == 1 else None


def carried_over(text: str, *, base: str, span: Span, before: str, after: str) -> str:
    """Return `base` with the lines `before` rewritten; where they are gone, the text that somebody accepted as a whole.

    Others may have improved other lines of the same text meanwhile: theirs stay.
    """
    place = find_lines(base, lines=before, near=span)
    return text if place is None else with_lines(base, span=place, lines=after)


def about_lines(lines: str, *, wish: str) -> str:
    """Say what somebody wants of some lines, so that it is clear which lines are meant."""
    return f"{_named(lines)} {wish}"


def bare_wish(text: str, *, lines: str) -> str:
    """Undo `about_lines`."""
    return text.removeprefix(f"{_named(lines)} ")


def shortened(text: str, *, longest: int) -> str:
    """Return a text in one line, cut where it is too long."""
    words = " ".join(text[: 4 * longest].split())
    is_whole = len(words) <= longest and len(text) <= 4 * longest
    return words if is_whole else f"{words[: longest - 1].rstrip()}…"


def _named(lines: str) -> str:
    which = "lines" if "\n" in lines else "line"
    return f"In the {which} “{shortened(lines, longest=_LONGEST_QUOTE)}”:"


def _places(all_lines: Sequence[str], wanted: Sequence[str]) -> list[int]:
    length = len(wanted)
    return [
        place
        for place in range(len(all_lines) - length + 1)
        if all_lines[place] == wanted[0] and list(all_lines[place : place + length]) == list(wanted)
    ]
