"""The button *Use this* of a draft."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ButtonPress


async def on_draft_use(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Record the approval, or take it back, then acknowledge."""
    press = ButtonPress.from_body(body)
    await services.feedback.controls.use(press.touch())
    await ack()
