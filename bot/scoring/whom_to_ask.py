"""Whom to ask about which verified draft: people whose judgement is not known well yet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot.feedback.review_rounds import may_be_asked
from storage.models import Anchor, AnchorAnswer, Draft
from storage.unit_of_work import UnitOfWork

ENOUGH: Final = 5  # Judged anchors per person and task; more are not worth anybody's time.
ACTIVE: Final = timedelta(days=14)
BETWEEN: Final = timedelta(days=14)
MOST_PEOPLE: Final = 20  # Per anchor and look, and …
MOST_ANCHORS: Final = 20  # … per workspace and look, so that one look is short.
LONGEST_TEXT: Final = 2_500  # A longer draft is no quick question.
_MORNING, _EVENING, _WEEKEND = time(9), time(17), 5


@dataclass(frozen=True)
class Question:
    """An anchor that somebody is to judge."""

    draft: Draft
    user_id: str


def is_working_time(local: datetime) -> bool:
    """Tell whether a person's clock says that a question does not disturb: a working day, from nine to five."""
    return local.weekday() < _WEEKEND and _MORNING <= local.time() < _EVENING


async def find_questions(unit: UnitOfWork, workspace_id: str, *, now: datetime) -> list[Question]:
    """Return whom to ask about which of the latest anchors: each person about one at most."""
    anchors = (await unit.anchors.of_workspace(workspace_id))[:MOST_ANCHORS]
    heard = {anchor.draft_id: await _heard(unit, anchor) for anchor in anchors}
    answers = await unit.anchors.answers_of_workspace(workspace_id)
    judged = _counted(anchors, heard, answers)
    questions: dict[str, Question] = {}
    for anchor in anchors:
        draft = await _askable(unit, anchor)
        if draft is None:
            continue
        known = heard[anchor.draft_id] | {anchor.marked_by, draft.requester_id, *questions}
        known |= {user_id for (user_id, task), n in judged.items() if task == anchor.task and n >= ENOUGH}
        for user_id in await _candidates(unit, draft, known, now=now):
            questions[user_id] = Question(draft, user_id)
    return list(questions.values())


async def _heard(unit: UnitOfWork, anchor: Anchor) -> set[str]:
    return {opinion.user_id for opinion in await unit.feedback.opinions_of_draft(anchor.draft_id)}


def _counted(
    anchors: Iterable[Anchor], heard: dict[str, set[str]], answers: Iterable[AnchorAnswer]
) -> Counter[tuple[str, str]]:
    """Count for each person and task the anchors whose judgement by them is known."""
    tasks = {anchor.draft_id: anchor.task for anchor in anchors}
    said = {(user_id, draft_id) for draft_id, people in heard.items() for user_id in people}
    said |= {(one.user_id, one.draft_id) for one in answers if one.draft_id in tasks}
    return Counter((user_id, tasks[draft_id]) for user_id, draft_id in said)


async def _askable(unit: UnitOfWork, anchor: Anchor) -> Draft | None:
    """Return the anchor's draft if it can be shown as a quick question."""
    draft = await unit.drafts.find(anchor.draft_id, workspace_id=anchor.workspace_id)
    if draft is None or draft.hidden_at is not None or draft.message_ts is None:
        return None
    text = (await unit.drafts.revision(anchor.revision_id)).text or ""
    return draft if 0 < len(text) <= LONGEST_TEXT else None


async def _candidates(
    unit: UnitOfWork, draft: Draft, known: Iterable[str], *, now: datetime
) -> Sequence[str]:
    """Return people who were active in the draft's channel, may be asked, and were not asked lately."""
    since_us = round((now - ACTIVE).timestamp() * 1_000_000)
    active = await unit.anchors.raters(
        draft.workspace_id, channel_id=draft.channel_id, since_us=since_us, at_most=MOST_PEOPLE
    )
    members = await unit.members.of_ids(draft.workspace_id, user_ids=set(active) - set(known))
    free = [one.id for one in members.values() if may_be_asked(one) and one.held_from_us is None]
    asked = await unit.anchors.asked_since(draft.workspace_id, user_ids=free, since=now - BETWEEN)
    return sorted(set(free) - asked)
