"""Requests for reviews as they stand: whose turn it is, who is asked together, and who still has to say something."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from bot.errors import BotError
from bot.slack.blocks.reviewers import NOT_YOURS, Blocks, review_request
from storage.models import Ask, Member
from storage.unit_of_work import UnitOfWork

# The round of those who are asked when a draft is posted; a substitute's round is called by their own id.
FIRST: Final = "first"


class NotAReviewer(BotError):
    """Somebody pressed a button that is meant for those who are asked."""

    code = "not_a_reviewer"
    sentence = NOT_YOURS


def in_turn(counts: Mapping[str, int], *, draft_id: str) -> list[str]:
    """Return people in the order of their turns: asked least first; the draft shuffles those who are equal."""
    return sorted(
        counts, key=lambda user_id: (counts[user_id], sha256(f"{draft_id}:{user_id}".encode()).digest())
    )


def may_be_asked(member: Member) -> bool:
    """Tell whether somebody may be asked at all."""
    stranger = member.home_team_id not in {None, member.workspace_id}
    return not (member.is_bot or member.deactivated or member.opted_out or member.asks_stopped or stranger)


async def own_ask(unit: UnitOfWork, workspace_id: str, *, user_id: str, draft_id: str) -> Ask:
    """Return the request that was put to somebody; it stays locked.

    Raises:
        NotAReviewer: they were not asked.
    """
    ask = await unit.asks.find(workspace_id, user_id=user_id, draft_id=draft_id)
    if ask is None or ask.kind != "review":
        raise NotAReviewer
    return ask


async def first_asked(unit: UnitOfWork, draft_id: str) -> list[str]:
    """Return those who were asked together when the draft was posted: they were all asked at the same moment."""
    asked = await unit.asks.reviews_of(draft_id)
    return [ask.user_id for ask in asked if ask.asked_at == asked[0].asked_at]


async def still_asked(unit: UnitOfWork, draft_id: str, round_of: str) -> list[str]:
    """Return the people of one request who have neither declined nor said what they think."""
    first = await first_asked(unit, draft_id)
    heard = {opinion.user_id for opinion in await unit.feedback.opinions_of_draft(draft_id)}
    return [
        ask.user_id
        for ask in await unit.asks.reviews_of(draft_id)
        if (ask.user_id in first if round_of == FIRST else ask.user_id == round_of)
        and ask.answer is None
        and ask.user_id not in heard
    ]


def request_of(draft_id: str, people: Sequence[str], round_of: str) -> tuple[str, Blocks]:
    """Build the message that asks these people."""
    return review_request(draft_id, people=people, round_of=round_of, taking_over=round_of != FIRST)


def post_key(draft_id: str, round_of: str) -> str:
    """Return the key of that message."""
    return f"review:{draft_id}:{round_of}"
