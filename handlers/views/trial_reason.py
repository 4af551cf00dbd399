"""The line in which somebody says why one of two texts is better was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ViewSubmission


async def on_trial_reason_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Keep the reason, then close the modal."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    touch = sent.touch(channel_id="", message_ts="")  # The question's own message: the service knows it.
    await services.trials.voting.give_reason(
        touch, pair_id=sent.private_metadata, text=sent.values.get("reason") or ""
    )
    await ack()
