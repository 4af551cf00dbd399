"""Admins verify drafts in *Why this draft?*; people who are asked judge one, and nobody else can."""

from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bot.scoring.anchors import Verdict
from bot.services import Services
from bot.slack.blocks.anchors import (
    NOT_NOW,
    NOTHING_TO_TAKE_BACK,
    STOPPED,
    TAKEN_BACK,
    THANKS,
    anchor_marked,
)
from handlers.payloads import ButtonPress

_MARKS: Final[dict[str, Verdict]] = {"anchor_good": "good", "anchor_bad": "bad"}


async def on_anchor_mark(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Verify the draft as good or bad, if this is an admin now."""
    press = ButtonPress.from_body(body)
    verdict = _MARKS[press.action_id]
    await services.scoring.anchors.mark(
        press.workspace_id, draft_id=press.value, verdict=verdict, user_id=press.user_id
    )
    await ack()
    text, blocks = anchor_marked(press.value, verdict=verdict)
    await respond(replace_original=False, response_type="ephemeral", text=text, blocks=blocks)


async def on_anchor_undo(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Take a verification back, if this is an admin now."""
    press = ButtonPress.from_body(body)
    was_there = await services.scoring.anchors.unmark(
        press.workspace_id, draft_id=press.value, user_id=press.user_id
    )
    await ack()
    await respond(replace_original=True, text=TAKEN_BACK if was_there else NOTHING_TO_TAKE_BACK)


async def on_anchor_answer(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Keep what the person who was asked thinks of the draft."""
    press = ButtonPress.from_body(body)
    await services.scoring.questions.answer(
        press.workspace_id,
        user_id=press.user_id,
        draft_id=press.value,
        answer=press.action_id.removeprefix("anchor_answer_"),
    )
    await ack()
    await respond(replace_original=True, text=THANKS, blocks=[])


async def on_anchor_not_now(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Let somebody off this question."""
    press = ButtonPress.from_body(body)
    await services.scoring.questions.not_now(press.workspace_id, user_id=press.user_id, draft_id=press.value)
    await ack()
    await respond(replace_original=True, text=NOT_NOW, blocks=[])


async def on_anchor_stop(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Never ask somebody again."""
    press = ButtonPress.from_body(body)
    await services.scoring.questions.stop(press.workspace_id, user_id=press.user_id, draft_id=press.value)
    await ack()
    await respond(replace_original=True, text=STOPPED, blocks=[])
