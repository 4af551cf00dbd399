"""A correction as a lesson: the one shape that examples and rules are made from."""

from dataclasses import dataclass
from typing import Literal

from storage.models import Correction, Draft


@dataclass(frozen=True)
class Lesson:
    """A standing correction: `draft` became `text` (rewrite), or somebody wished `text` of `draft` (instruction).

    `of_lines`: it is about some lines only. Such a wish is an example, but no style for whole texts.
    """

    kind: Literal["rewrite", "instruction"]
    draft_id: str
    correction_id: str
    user_id: str
    brief: str
    draft: str
    text: str
    of_lines: bool = False


def lesson_of(draft: Draft, correction: Correction) -> Lesson:
    """Return a correction, of a text or by a wish, as a lesson."""
    return Lesson(
        kind="rewrite" if correction.interpretation == "rewrite" else "instruction",
        draft_id=draft.id,
        correction_id=correction.id,
        user_id=correction.user_id,
        brief=draft.brief or "",
        draft=correction.original or "",
        text=correction.text or "",
        of_lines=correction.first_line is not None,
    )
