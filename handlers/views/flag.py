"""The modal *Flag a problem* was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.feedback.flags import FlagForm
from bot.services import Services
from handlers.payloads import ViewSubmission


async def on_flag_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Record the flag, then close the modal."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    form = FlagForm.from_json(sent.private_metadata)
    touch = sent.touch(channel_id=form.channel_id, message_ts=form.message_ts)
    category, comment = sent.values.get("category") or "", sent.values.get("comment")
    await services.feedback.flags.submit(touch, category=category, comment=comment)
    await ack()
