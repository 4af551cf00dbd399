"""The modal *New draft* was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.drafts.request import DraftRequest
from bot.services import Services
from handlers.payloads import ViewSubmission


async def on_new_draft_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Take the ask; a brief that cannot be written about is said beside its field by the error boundary."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    await services.drafts.ask(_request(sent))
    await ack()


def _request(sent: ViewSubmission) -> DraftRequest:
    return DraftRequest(
        workspace_id=sent.workspace_id,
        channel_id=sent.values["channel"] or "",
        requester_id=sent.user_id,
        brief=sent.values["brief"] or "",
        source="modal",
        request_key=f"view:{sent.view_id}",  # The hash changes when a view does; the view is one ask.
        task=sent.values["task"],
    )
