"""Bullet points and bold print in markdown: found, and taken out where that needs no judgement."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from bot.llm.style_marks import outside_code, prose_pieces

_BULLET: Final = re.compile(r"^[-*+\N{BULLET}][ \t]+(?=\S)")
_FENCE: Final = re.compile(r"^ {0,3}(?:`{3,}|~{3,})")
_BOLD: Final = re.compile(
    r"\*\*(?=[^\s*])(.{1,300}?)(?<=[^\s*])\*\*|(?<!\w)__(?=[^\s_])(.{1,300}?)(?<=[^\s_])__(?!\w)"
)
_WHOLE_SENTENCE: Final = re.compile(
    r"[.!?\N{HORIZONTAL ELLIPSIS}][^\w.!?]*$"
)  # perhaps with an emoji behind it


def bullets_of(text: str) -> list[str]:
    """Return what the bullet points of a text say, outside code."""
    return [_BULLET.sub("", line) for line, kind in _lines(text) if kind == "bullet"]


def without_bullets(text: str) -> str:
    """Make a paragraph of each list whose points are whole sentences; of other lists only a person can."""
    said = (
        _as_prose([line for line, _ in run], kind) for kind, run in groupby(_lines(text), lambda it: it[1])
    )
    return "\n".join(said)


def bold_in(text: str) -> list[str]:
    """Return the words in bold print, outside code."""
    return [a or b for prose in prose_pieces(text) for a, b in _BOLD.findall(prose)]


def without_bold(text: str) -> str:
    """Print bold words like all others."""
    return outside_code(text, lambda prose: _BOLD.sub(lambda found: found[1] or found[2], prose))


def _as_prose(lines: list[str], kind: str) -> str:
    points = [_BULLET.sub("", line).rstrip() for line in lines]
    is_prose = kind == "bullet" and all(map(_WHOLE_SENTENCE.search, points))
    return " ".join(points) if is_prose else "\n".join(lines)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Return each line with what it is: a bullet point, code, or anything else."""
    in_code = False
    for line in text.split("\n"):
        is_fence = _FENCE.match(line) is not None
        in_code ^= is_fence
        is_bullet = not (in_code or is_fence) and _BULLET.match(line)
        yield line, "bullet" if is_bullet else "other"
