"""Long texts in parts that each fit into a message and render by themselves."""

import re
from typing import NamedTuple

_SMALLEST_LIMIT = 100
_LONGEST_MARKS = 10
_LONGEST_INFO = 8
_FENCE = re.compile(rf"^ {{0,3}}(`{{3,{_LONGEST_MARKS}}}|~{{3,{_LONGEST_MARKS}}})(?![`~])(.*)$")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")


class _Fence(NamedTuple):
    """A code block that is open: how to open it again, and how to close it."""

    opening: str
    marks: str


def split_text(text: str, limit: int) -> list[str]:
    """Split a text into parts of at most `limit` characters, between paragraphs if possible.

    Else between lines, else between words, and a word longer than that is cut. A code block that is split is
    closed and opened again. Nothing is lost but white space at the cuts. Characters outside the basic plane,
    such as most emoji, count twice, as in UTF-16: the stricter reading of Slack's limits.

    Raises:
        ValueError: the limit is below 100.
    """
    if limit < _SMALLEST_LIMIT:
        raise ValueError(f"A text cannot be split into parts of fewer than {_SMALLEST_LIMIT} characters.")
    parts: list[str] = []
    rest = text.strip("\n")
    while size(rest) > limit:
        part, rest = _first_part(rest, limit)
        parts.append(part)
    return [part for part in [*parts, rest] if part.strip()]


def size(text: str) -> int:
    """Return how long Slack may count a text to be."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _first_part(text: str, limit: int) -> tuple[str, str]:
    cut = _best_cut(text, limit)
    if _open_fence(text[:cut]) is None:
        return text[:cut].rstrip(), _without_gap(text[cut:])
    # Closing the block needs room, so the cut comes that much earlier.
    cut = _best_cut(text, limit - _LONGEST_MARKS - 1)
    fence = _open_fence(text[:cut])
    if fence is None:
        return text[:cut].rstrip(), _without_gap(text[cut:])
    return f"{text[:cut].rstrip()}\n{fence.marks}", _reopened(text[cut:].removeprefix("\n"), fence)


def _without_gap(rest: str) -> str:
    """Drop the white space at a cut, but keep the indentation of a line that begins there."""
    return re.sub(r"^(?:[ \t]*\n)+|^ +", "", rest)


def _reopened(rest: str, fence: _Fence) -> str:
    first, _, after = rest.partition("\n")
    if _closes(first, fence):
        return after.lstrip("\n")
    return f"{fence.opening}\n{rest}"


def _best_cut(text: str, limit: int) -> int:
    """Return where to cut: the last good place, unless that would make a tiny part."""
    end = _fitting(text, limit)
    least = end // 4
    window = text[: end + 1]
    paragraphs = [found.start() for found in _PARAGRAPH.finditer(window) if least <= found.start() <= end]
    if paragraphs:
        calm = (cut for cut in reversed(paragraphs) if _open_fence(text[:cut]) is None)
        return next(calm, paragraphs[-1])
    for mark in ("\n", " "):
        if (cut := window.rfind(mark, max(least, 1))) > 0:
            return cut
    return end


def _fitting(text: str, limit: int) -> int:
    """Return how many characters of a text fit."""
    end = min(limit, len(text))
    while size(text[:end]) > limit:
        end -= (size(text[:end]) - limit + 1) // 2
    return end


def _open_fence(text: str) -> _Fence | None:
    """Return the code block that a text ends inside of; a cut within the opening line is not inside."""
    fence: _Fence | None = None
    lines = text.split("\n")
    for line in lines[:-1]:
        if fence is not None and _closes(line, fence):
            fence = None
        elif fence is None and (match := _FENCE.match(line)):
            fence = _Fence(f"{match[1]}{match[2].strip()[:_LONGEST_INFO]}", match[1])
    return None if fence is not None and _closes(lines[-1], fence) else fence


def _closes(line: str, fence: _Fence) -> bool:
    match = _FENCE.match(line)
    return match is not None and match[1].startswith(fence.marks) and not match[2].strip()
