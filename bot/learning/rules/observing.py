"""Turns a correction into observations: what plain patterns read in it, kept in line with what the correction is now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from bot.feedback.taking_back import HELD, is_taken_back
from bot.learning.examples.lessons import Lesson, lesson_of
from bot.learning.house_rule import Saying
from bot.learning.sayings.sayings import sayings_in
from storage.models import Correction, Draft, Observation
from storage.unit_of_work import UnitOfWork

COUNTS: Final = "counts"
WITHDRAWN: Final = "withdrawn"
DROPPED: Final = "dropped"  # somebody undid what it taught
UNDONE: Final = "undone"
MODEL: Final = "model"
_OTHERS: Final = 50  # drafts of the same channel that a rewrite is read together with


async def observe(unit: UnitOfWork, correction: Correction) -> set[str]:
    """Bring a correction's observations in line with it; return the topics that are touched by that."""
    kept = await unit.observations.of_correction(correction.id)
    draft = await unit.drafts.get(correction.draft_id)
    state = await state_of(unit, correction)
    said = await _sayings(unit, correction, draft) if state in (COUNTS, "held") else ()
    touched = _settle(kept, said, state=state)
    known = {(one.topic, one.stance) for one in kept if one.source != MODEL}
    fresh = [one for one in said if (one.topic, one.stance) not in known]
    await add_observations(unit, correction, draft, fresh, state=state)
    return touched | {one.topic for one in fresh}


async def add_observations(
    unit: UnitOfWork, correction: Correction, draft: Draft, said: Iterable[Saying], *, state: str
) -> None:
    """Keep what a correction says."""
    before = await unit.observations.drafts_before(draft, moment=correction.created_at)
    for one in said:
        await unit.observations.add(_observation(correction, draft, one, before=before, state=state))


async def state_of(unit: UnitOfWork, correction: Correction) -> str:
    """Return in which state observations of a correction are: they count, are held back, or withdrawn."""
    if correction.state == HELD:
        return HELD
    if is_taken_back(correction) or not correction.text or correction.lesson == UNDONE:
        return WITHDRAWN
    return HELD if await is_silent(unit, correction, moment=correction.changed_at) else COUNTS


async def is_silent(unit: UnitOfWork, row: Correction | Observation, *, moment: datetime) -> bool:
    """Tell whether what somebody said at that moment does not count now: they opted out, or it is held back."""
    member = await unit.members.find(row.workspace_id, user_id=row.user_id)
    if member is not None and (member.opted_out or member.is_bot):
        return True
    spans = await unit.holds.spans(row.workspace_id, user_id=row.user_id)
    at_us = int(moment.timestamp() * 1_000_000)
    return any(span.covers(at_us) for span in spans)


def _settle(kept: Iterable[Observation], said: Sequence[Saying], *, state: str) -> set[str]:
    """Withdraw what a correction says no longer, let count what it says again; what was dropped stays so."""
    now = {(one.topic, one.stance) for one in said}
    touched = set()
    for one in kept:
        is_said = one.source != MODEL and (one.topic, one.stance) in now
        wanted = one.state if one.state == DROPPED else state if is_said else WITHDRAWN
        if one.state != wanted:
            one.state = wanted
            touched.add(one.topic)
    return touched


async def _sayings(unit: UnitOfWork, correction: Correction, draft: Draft) -> tuple[Saying, ...]:
    return sayings_in(lesson_of(draft, correction), others=await _others(unit, correction, draft))


async def _others(unit: UnitOfWork, correction: Correction, draft: Draft) -> list[Lesson]:
    """Return other rewrites of the same channel and task: an odd last sentence is a habit when they share it."""
    if correction.interpretation != "rewrite":
        return []
    recent = await unit.drafts.recent(draft.workspace_id, channel_id=draft.channel_id, limit=_OTHERS)
    drafts = {one.id: one for one in recent if one.task == draft.task}
    others = await unit.corrections.of_drafts(drafts.keys())
    return [lesson_of(drafts[one.draft_id], one) for one in others if _teaches(one, correction)]


def _teaches(other: Correction, correction: Correction) -> bool:
    is_on = other.state == "standing" and other.lesson != UNDONE
    return is_on and other.interpretation == "rewrite" and other.id != correction.id


def _observation(
    correction: Correction, draft: Draft, said: Saying, *, before: int, state: str
) -> Observation:
    return Observation(
        workspace_id=correction.workspace_id,
        correction_id=correction.id,
        draft_id=draft.id,
        channel_id=draft.channel_id,
        task=draft.task,
        requester_id=draft.requester_id,
        user_id=correction.user_id,
        topic=said.topic,
        stance=said.stance,
        text=said.text,
        source=said.source,
        state=state,
        drafts_before=before,
        observed_at=correction.changed_at,
    )
