"""The form for a new token was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ViewSubmission


async def on_api_token_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Make the token and show it in the form's place, this once; the list below follows."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    await services.admins.require(sent.workspace_id, user_id=sent.user_id)
    integrations = services.integrations
    token = await integrations.tokens.create(
        sent.workspace_id,
        name=sent.values.get("name") or "",
        scopes=sent.picked.get("scopes", ()),
        created_by=sent.user_id,
    )
    view = await integrations.access_view.overview(sent.workspace_id)
    await services.messenger.update_view(sent.workspace_id, view_id=sent.private_metadata, view=view)
    await ack(response_action="update", view=integrations.access_view.made(token))
