"""Reads what the corrections of a channel and task teach: the one source of examples and of rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from storage.models import Correction, Draft, Member
from storage.unit_of_work import UnitOfWork

DRAFTS_LOOKED_AT: Final = 50


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


@dataclass(frozen=True)
class Lessons:
    """What a scope teaches: its corrections, newest first, and its latest drafts that nobody corrected."""

    corrections: tuple[Lesson, ...] = ()
    uncorrected: tuple[Draft, ...] = ()


async def read_lessons(unit: UnitOfWork, *, workspace_id: str, channel_id: str, task: str) -> Lessons:
    """Read what the channel's latest drafts of a task teach.

    What opted-out members wrote is left out, and so is what is hidden because people flagged it.
    """
    recent = await unit.drafts.recent(workspace_id, channel_id=channel_id, limit=DRAFTS_LOOKED_AT)
    drafts = {draft.id: draft for draft in recent if draft.task == task and draft.hidden_at is None}
    corrections = await unit.corrections.of_drafts(drafts.keys())
    people = await unit.members.of_ids(workspace_id, user_ids=[each.user_id for each in corrections])
    teaching = [each for each in corrections if _teaches(each, people)]
    teaching.sort(key=lambda each: (each.changed_at, each.id), reverse=True)
    corrected = {each.draft_id for each in corrections}
    return Lessons(
        corrections=tuple(lesson_of(drafts[each.draft_id], each) for each in teaching),
        uncorrected=tuple(draft for draft in drafts.values() if draft.id not in corrected),
    )


def _teaches(correction: Correction, people: Mapping[str, Member]) -> bool:
    author = people.get(correction.user_id)
    is_out = author is not None and author.opted_out
    return (
        correction.state == "standing"
        and correction.interpretation in ("rewrite", "instruction")
        and bool(correction.text)
        and not is_out
    )


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
