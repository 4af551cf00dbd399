"""Counts what people said about a placeholder with the release that then wrote the draft."""

from dataclasses import replace

from bot.feedback.acts import Belief
from bot.feedback.tallying import opinion_deltas
from storage.models import Draft
from storage.repositories import DraftPlace
from storage.unit_of_work import UnitOfWork


async def move_opinions(unit: UnitOfWork, draft: Draft, *, release: str) -> None:
    """Take the draft's opinions out of the tallies of the release it has, and into those of another one."""
    place = DraftPlace(
        draft_id=draft.id,
        workspace_id=draft.workspace_id,
        channel_id=draft.channel_id,
        task=draft.task,
        release=draft.release,
        requester_id=draft.requester_id,
        posted_at=draft.posted_at,
    )
    for opinion in await unit.feedback.opinions_of_draft(draft.id):
        belief = Belief(opinion.kind, opinion.value, opinion.event_us)
        for where, sign in ((place, -1), (replace(place, release=release), 1)):
            await unit.tallies.add(
                list(opinion_deltas(where, user_id=opinion.user_id, belief=belief, sign=sign))
            )
