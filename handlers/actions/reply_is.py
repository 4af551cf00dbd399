"""The buttons by which people say what their reply is."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bot.services import Services
from bot.slack.blocks.feedback import put_right_note
from handlers.payloads import ButtonPress


async def on_reply_is(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Put the reading right, and leave a way to change it once more."""
    press = ButtonPress.from_body(body)
    correction_id, _, kind = press.value.partition(":")
    await services.feedback.replies.put_right(
        correction_id, workspace_id=press.workspace_id, user_id=press.user_id, kind=kind
    )
    await ack()
    text, blocks = put_right_note(correction_id, reading=kind)
    await respond(replace_original=True, text=text, blocks=blocks)
