"""The modal *Too broad* was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.learning.telling.note_ref import NoteRef
from bot.services import Services
from handlers.payloads import ViewSubmission


async def on_too_broad_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Narrow the rule, close the modal, and show in the thread where it holds now."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    ref = NoteRef.read(sent.private_metadata)
    await services.learning.narrowing.narrow(
        sent.workspace_id, ref=ref, user_id=sent.user_id, choice=sent.values.get("scope") or ""
    )
    await ack()
    await services.learning.notes.refresh(sent.workspace_id, ref=ref)
