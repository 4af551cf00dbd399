"""The modal *Edit the draft* was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.feedback.edits import EditForm
from bot.services import Services
from handlers.payloads import ViewSubmission


async def on_draft_edit_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Take the edited text; what is wrong with it is said beside its field by the error boundary."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    form = EditForm.from_json(sent.private_metadata)
    touch = sent.touch(channel_id=form.channel_id, message_ts=form.message_ts)
    await services.feedback.edits.submit(touch, form=form, values=sent.values)
    await ack()
