"""The difference between two texts as people read it, and how large it is."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from redlines import Redlines

from bot.feedback.distance import edit_distance

__all__ = ["edit_distance", "readable_diff"]

_MARK: Final = re.compile(r"([\\`*_~])")


def readable_diff(before: str, after: str) -> str:
    """Return the new text in markdown with what went ~~struck~~ and what came **bold**.

    It is for reading: every line break becomes a paragraph.
    """
    changes = json.loads(Redlines(before, after).output_json())["changes"]
    return "".join(piece for change in changes for piece in _pieces(change)).strip()


def _pieces(change: dict[str, Any]) -> Iterator[str]:
    if change["type"] == "equal":
        yield _spaced(change["text"])
    elif change["type"] == "replace":
        yield _marked(change["source_text"], "~~", keep_paragraphs=False)
        yield _marked(change["test_text"], "**")
    else:
        is_gone = change["type"] == "delete"
        yield _marked(change["text"], "~~" if is_gone else "**", keep_paragraphs=not is_gone)


def _spaced(text: str) -> str:
    """Give a run of text a space at its end, as its last word may have lost it to the change behind it."""
    return text if not text or text[-1].isspace() else f"{text} "


def _marked(text: str, mark: str, *, keep_paragraphs: bool = True) -> str:
    """Put the mark around every paragraph on its own: markdown's marks do not reach over a blank line."""
    joint = "\n\n" if keep_paragraphs else " "
    paragraphs = (_MARK.sub(r"\\\1", part.strip()) for part in text.split("\n\n"))
    joined = joint.join(f"{mark}{part}{mark}" if part else "" for part in paragraphs)
    return joined if joined.endswith("\n") else f"{joined} "
