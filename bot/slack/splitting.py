"""Long texts in parts that each fit into a message and render by themselves."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_SMALLEST_LIMIT = 100
_LONGEST_MARKS = 10
_LONGEST_INFO = 8
_FENCE = re.compile(rf"^ {{0,3}}(`{{3,{_LONGEST_MARKS}}}|~{{3,{_LONGEST_MARKS}}})(?![`~])(.*)$")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_TABLE_RULE = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_LIST_GOES_ON = re.compile(r"(?:[ \t]*\n)+(?:[ \t]+\S|(?:[-*+]|\d{1,9}[.)])[ \t])")
_ITEM = re.compile(r"[ \t]+\S|(?:[-*+]|\d{1,9}[.)])[ \t]")
_LOOK_AHEAD = 200


class _Fence(NamedTuple):
    """A code block that is open: how to open it again, and how to close it."""

    opening: str
    marks: str


def split_text(text: str, limit: int) -> list[str]:
    """Split a text into parts of at most `limit` characters, between paragraphs if possible.

    Else between lines, else between words, and a word longer than that is cut. Lists, tables and code blocks stay
    whole where that leaves no tiny part; a code block that is split is closed and opened again, a table that is split
    has its head again. Nothing is lost but white space at the cuts. Characters outside the basic plane, such as most
    emoji, count twice, as in UTF-16: the stricter reading of Slack's limits.

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
        return text[:cut].rstrip(), _table_head(text, cut, limit) + _without_gap(text[cut:])
    # Closing the block needs room, so the cut comes that much earlier.
    cut = _best_cut(text, limit - _LONGEST_MARKS - 1)
    fence = _open_fence(text[:cut])
    if fence is None:
        return text[:cut].rstrip(), _without_gap(text[cut:])
    return f"{text[:cut].rstrip()}\n{fence.marks}", _reopened(text[cut:].removeprefix("\n"), fence)


def is_table_rule(line: str) -> bool:
    """Tell whether a line is the rule between a table's head and its rows."""
    return "|" in line and "-" in line and _TABLE_RULE.match(line) is not None


def _table_head(text: str, cut: int, limit: int) -> str:
    """Return the head of the table that a cut between two rows splits, to stand above the next row; else nothing.

    A head that would take a good part of every message is not repeated: the parts would come to no end.
    """
    if not re.match(r"\n[^\n]*\|", text[cut:]):
        return ""
    rows: list[str] = []
    for line in reversed(text[:cut].split("\n")):
        if "|" not in line:
            break
        rows.insert(0, line)
    if len(rows) < 3 or not is_table_rule(rows[1]):  # The head, the rule and a row.
        return ""
    head = f"{rows[0]}\n{rows[1]}\n"
    return head if size(head) < limit // 8 else ""


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
        in_code = _line_ends_in_code(window)
        calm = [cut for cut in paragraphs if cut not in in_code] or paragraphs
        return next((cut for cut in reversed(calm) if not _is_in_list(text, cut)), calm[-1])
    lines = [found.start() for found in re.finditer("\n", window) if max(least, 1) <= found.start()]
    if lines:  # Best before a line that is not indented: what belongs to an item stays with it.
        return next((cut for cut in reversed(lines) if text[cut + 1 : cut + 2] not in (" ", "\t")), lines[-1])
    if (cut := window.rfind(" ", max(least, 1))) > 0:
        return cut
    return end


def _is_in_list(text: str, cut: int) -> bool:
    """Tell whether a list goes on behind an empty line."""
    above = text[text.rfind("\n", 0, cut) + 1 : cut]
    return bool(_ITEM.match(above) and _LIST_GOES_ON.match(text[cut : cut + _LOOK_AHEAD]))


def _fitting(text: str, limit: int) -> int:
    """Return how many characters of a text fit."""
    end = min(limit, len(text))
    while size(text[:end]) > limit:
        end -= (size(text[:end]) - limit + 1) // 2
    return end


def ends_in_code(text: str) -> bool:
    """Tell whether a text ends inside of a code block."""
    return _open_fence(text) is not None


def _open_fence(text: str) -> _Fence | None:
    """Return the code block that a text ends inside of; a cut within the opening line is not inside."""
    *_, (_, line, fence) = _with_fences(text)
    return None if fence is not None and _closes(line, fence) else fence


def _line_ends_in_code(text: str) -> set[int]:
    """Return where lines end inside of a code block."""
    return {end for end, line, fence in _with_fences(text) if fence is not None and not _closes(line, fence)}


def _with_fences(text: str) -> Iterator[tuple[int, str, _Fence | None]]:
    """Yield each line with where it ends and the code block that it begins inside of."""
    fence: _Fence | None = None
    end = -1
    for line in text.split("\n"):
        end += len(line) + 1
        yield end, line, fence
        if fence is not None and _closes(line, fence):
            fence = None
        elif fence is None and (match := _FENCE.match(line)):
            fence = _Fence(f"{match[1]}{match[2].strip()[:_LONGEST_INFO]}", match[1])


def _closes(line: str, fence: _Fence) -> bool:
    match = _FENCE.match(line)
    return match is not None and match[1].startswith(fence.marks) and not match[2].strip()
