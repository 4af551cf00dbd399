"""Chooses past corrections and accepted drafts that show the next prompt how people want it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.learning.lessons import Lesson, Lessons
from bot.learning.similarity import similarity
from storage.models import Draft
from storage.unit_of_work import UnitOfWork

EXAMPLES: Final = 4
# What being the newest is worth, against a similarity of 0 … 1; the second newest has half of it, and so on. House
# style is learned from what people said last, whatever it was about; the topic decides among the older ones.
NEWEST: Final = 0.5


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


async def find_examples(
    unit: UnitOfWork, lessons: Lessons, *, brief: str, limit: int = EXAMPLES, with_text_only: bool = False
) -> tuple[Example, ...]:
    """Return up to `limit` examples for a brief, the most telling first: corrections, then accepted drafts.

    Args:
        unit: reads the accepted texts.
        lessons: what the brief's channel and task teach.
        brief: what is to be written.
        limit: the most examples.
        with_text_only: leave out wishes, which have no better text to show.
    """
    corrections = [each for each in lessons.corrections if each.kind == "rewrite" or not with_text_only]
    briefs = [each.brief for each in corrections]
    chosen = [_from_lesson(corrections[index]) for index in most_telling(briefs, brief=brief, limit=limit)]
    return (*chosen, *await _accepted(unit, lessons.uncorrected, brief=brief, limit=limit - len(chosen)))


def most_telling(briefs: Sequence[str], *, brief: str, limit: int) -> list[int]:
    """Return the places of the briefs (newest first) that tell most about how to write for `brief`, best first.

    Similarity decides, and newness with it; the newest one is always among them.
    """
    worth = [similarity(brief, other) + NEWEST / 2**age for age, other in enumerate(briefs)]
    best = sorted(range(len(briefs)), key=lambda index: (-worth[index], index))[: max(0, limit)]
    return best if 0 in best or not best else [*best[:-1], 0]


def _from_lesson(lesson: Lesson) -> Example:
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


async def _accepted(unit: UnitOfWork, drafts: Sequence[Draft], *, brief: str, limit: int) -> list[Example]:
    accepted: list[Example] = []
    for index in most_telling([draft.brief or "" for draft in drafts], brief=brief, limit=len(drafts)):
        if len(accepted) >= limit:
            break
        draft = drafts[index]
        standing = await unit.feedback.find_standing(draft.id)
        if standing and standing.verdict == "accepted" and draft.current_revision_id:
            text = (await unit.drafts.revision(draft.current_revision_id)).text or ""
            accepted.append(Example("accepted", draft.id, draft.brief or "", better=text))
    return accepted
