"""The button *Edit* of a draft."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ButtonPress


async def on_draft_edit(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Open the modal with the whole text while the press is fresh."""
    press = ButtonPress.from_body(body)
    await services.feedback.edits.open(press.touch(), trigger_id=press.trigger_id or "")
    await ack()
