"""An appeal against feedback on hold was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from bot.slack.blocks.holds import WORDS_FIELD
from handlers.payloads import ViewSubmission


async def on_hold_appeal_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Keep the words for the admins, then close the modal."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    await services.scoring.appeals.take(
        sent.private_metadata,
        workspace_id=sent.workspace_id,
        user_id=sent.user_id,
        words=sent.values.get(WORDS_FIELD) or "",
    )
    await ack()
