"""Past drafts with what people made of them: what the next prompt shows so that the model sees how they want it."""

from dataclasses import dataclass
from typing import Final, Literal

from bot.learning.examples.lessons import Lesson

EXAMPLES: Final = 4


@dataclass(frozen=True)
class Example:
    """A past brief with what people made of its draft.

    `rewrite`: `draft` became `better`. `instruction`: somebody wanted `wish` of `draft`. `accepted`: `better` was
    taken as it was.
    """

    kind: Literal["rewrite", "instruction", "accepted"]
    draft_id: str
    brief: str
    draft: str = ""
    wish: str = ""
    better: str = ""
    correction_id: str | None = None
    user_id: str | None = None  # who corrected; None for an accepted draft


def example_of(lesson: Lesson) -> Example:
    """Return what a correction shows."""
    is_rewrite = lesson.kind == "rewrite"
    return Example(
        kind=lesson.kind,
        draft_id=lesson.draft_id,
        brief=lesson.brief,
        draft=lesson.draft,
        wish="" if is_rewrite else lesson.text,
        better=lesson.text if is_rewrite else "",
        correction_id=lesson.correction_id,
        user_id=lesson.user_id,
    )
