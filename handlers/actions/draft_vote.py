"""The feedback buttons 👍/👎 of a draft."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ButtonPress


async def on_draft_vote(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Record the vote, then acknowledge."""
    press = ButtonPress.from_body(body)
    await services.feedback.controls.vote(press.touch(), value=press.value)
    await ack()
