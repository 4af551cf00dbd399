"""The reason box after a 👎 was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ViewSubmission


async def on_reason_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Take the reason, then close the modal."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    draft_id = sent.private_metadata
    touch = sent.touch(channel_id="", message_ts="")  # The draft's own message: the service knows it.
    await services.feedback.reasons.submit(touch, draft_id=draft_id, text=sent.values.get("reason") or "")
    await ack()
