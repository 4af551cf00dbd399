"""The button *New draft* of the greeting."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ButtonPress


async def on_greeting_new_draft(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Open the modal while the press is fresh."""
    press = ButtonPress.from_body(body)
    await services.desk.open_new_draft(
        press.workspace_id, trigger_id=press.trigger_id or "", channel_id=press.channel_id
    )
    await ack()
