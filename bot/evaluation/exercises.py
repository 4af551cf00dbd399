"""Exercises: drafts that people put right, to be written once more; what they made of them is how the result is judged."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from bot.learning.examples.lessons import Lesson, lesson_of
from bot.learning.house_rule import Saying, Source
from bot.learning.rules.observing import COUNTS, DROPPED, state_of
from bot.learning.sayings.sayings import sayings_in, wished_in
from bot.learning.scopes import Cell
from bot.team.channels import read_tone
from bot.team.tasks import Task, TaskBook, read_tasks
from storage.models import Correction, Draft, Observation, Revision
from storage.unit_of_work import UnitOfWork

TRAIN: Final = "train"
HELD_OUT: Final = "held_out"
_REWRITE: Final = "rewrite"


@dataclass(frozen=True, slots=True)
class Exercise:
    """A draft that people corrected, as something to write again.

    Args:
        draft_id: the draft.
        cell: where it stands.
        brief: what was asked for.
        context: the conversation it was asked in.
        original: the text that was corrected.
        target: the text that people wanted.
        order: its task as the workspace words it today.
        tone: of its channel today.
        wishes: what the corrections say about style, at most once per topic.
    """

    draft_id: str
    cell: Cell
    brief: str
    context: str
    original: str
    target: str
    order: Task
    tone: str = ""
    wishes: tuple[Saying, ...] = ()


async def drafts_of_seat(
    unit: UnitOfWork, workspace_id: str, *, version_id: str, split: str, task: str
) -> Sequence[str]:
    """Return the drafts behind a frozen version's rows that a seat is about, always in the same order.

    `task` is the seat's: "" is every task without a seat of its own.
    """
    seats = () if task else await unit.releases.seats(workspace_id)
    seated = [seat.task for seat in seats if seat.task]
    return await unit.gate_results.drafts_of_version(version_id, split=split, task=task, without_tasks=seated)


async def read_exercises(
    unit: UnitOfWork, workspace_id: str, *, draft_ids: Collection[str], with_anchors: bool = True
) -> list[Exercise]:
    """Return the exercises that these drafts make today, in the order of the ids.

    A draft is none (any more) when it is hidden, its requester opted out, or no correction of it stands: those of
    people who opted out, that are held back, or whose lesson was undone do not count. A draft that was merely
    accepted is none either: the text of the very release that wrote it would be the target.

    Args:
        unit: the transaction.
        workspace_id: whose drafts.
        draft_ids: the drafts.
        with_anchors: whether drafts that an admin verified are used; never for training.
    """
    anchors = () if with_anchors else {one.draft_id for one in await unit.anchors.of_workspace(workspace_id)}
    made = await _corrections_of(unit, [one for one in draft_ids if one not in anchors])
    book = await read_tasks(unit, workspace_id)
    read = [
        await _read(unit, workspace_id, draft_id, made[draft_id], book)
        for draft_id in draft_ids
        if draft_id in made
    ]
    return [one for one in read if one is not None]


async def _corrections_of(unit: UnitOfWork, draft_ids: Collection[str]) -> Mapping[str, list[Correction]]:
    """Return the corrections that count, oldest first, by draft."""
    counting: dict[str, list[Correction]] = defaultdict(list)
    for correction in await unit.corrections.of_drafts(draft_ids):
        if await state_of(unit, correction) == COUNTS:
            counting[correction.draft_id].append(correction)
    return counting


async def _read(
    unit: UnitOfWork, workspace_id: str, draft_id: str, made: Sequence[Correction], book: TaskBook
) -> Exercise | None:
    draft = await unit.drafts.find(draft_id, workspace_id=workspace_id)
    if draft is None or not await _may_be_used(unit, draft):
        return None
    target = _target(made, await unit.drafts.revisions_of(draft_id))
    if not target or not draft.brief:
        return None
    return Exercise(
        draft_id=draft_id,
        cell=Cell.of(draft),
        brief=draft.brief,
        context=draft.context or "",
        original=made[0].original or "",
        target=target,
        order=book.get(draft.task),
        tone=await read_tone(unit, draft),
        wishes=await _wishes(unit, draft, made),
    )


async def _may_be_used(unit: UnitOfWork, draft: Draft) -> bool:
    requester = await unit.members.find(draft.workspace_id, user_id=draft.requester_id)
    return draft.hidden_at is None and not (requester is not None and requester.opted_out)


def _target(made: Sequence[Correction], revisions: Sequence[Revision]) -> str:
    """Return the text that people wanted: the latest rewrite, else what the bot made of the latest instruction."""
    rewrites = [one.text for one in made if one.interpretation == _REWRITE and one.text]
    if rewrites:
        return rewrites[-1]
    causes = {one.id for one in made}
    revised = [one.text for one in revisions if one.correction_id in causes and one.text]
    return revised[-1] if revised else ""


async def _wishes(unit: UnitOfWork, draft: Draft, made: Sequence[Correction]) -> tuple[Saying, ...]:
    """Return what the corrections say, on record or plain in their words; of two about one topic the later counts."""
    said: dict[str, Saying] = {}
    for correction in made:
        kept = await unit.observations.of_correction(correction.id)
        said |= _said_by(lesson_of(draft, correction), kept)
    return tuple(said.values())


def _said_by(lesson: Lesson, kept: Iterable[Observation]) -> dict[str, Saying]:
    plain = sayings_in(lesson) if lesson.kind == _REWRITE else wished_in(lesson)
    said = {one.topic: one for one in plain}
    for one in kept:
        if one.state == COUNTS:
            said[one.topic] = Saying(one.topic, one.stance, one.text, cast("Source", one.source))
        elif one.state == DROPPED:
            said.pop(one.topic, None)
    return said
