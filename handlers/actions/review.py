"""The buttons of a request for a review; they work for those who are asked."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bot.services import Services
from bot.slack.blocks.reviewers import NOT_NOW, STOPPED
from handlers.payloads import ButtonPress


async def on_review_not_now(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Let somebody off this time."""
    press = ButtonPress.from_body(body)
    draft_id, _, round_of = press.value.partition(":")
    text, blocks = await services.reviewers.not_now(
        press.workspace_id, user_id=press.user_id, draft_id=draft_id, round_of=round_of
    )
    await ack()
    await respond(replace_original=True, text=text, blocks=blocks)
    await respond(replace_original=False, response_type="ephemeral", text=NOT_NOW, thread_ts=press.thread_ts)


async def on_review_stop(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Never ask somebody again."""
    press = ButtonPress.from_body(body)
    draft_id, _, round_of = press.value.partition(":")
    text, blocks = await services.reviewers.stop(
        press.workspace_id, user_id=press.user_id, draft_id=draft_id, round_of=round_of
    )
    await ack()
    await respond(replace_original=True, text=text, blocks=blocks)
    await respond(replace_original=False, response_type="ephemeral", text=STOPPED, thread_ts=press.thread_ts)
