"""The ★ select of a draft."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import SelectPress


async def on_draft_stars(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Record the rating, then acknowledge."""
    press = SelectPress.from_body(body)
    await services.feedback.controls.rate(press.touch(), stars=press.value)
    await ack()
