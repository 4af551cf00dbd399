"""The form *Emoji* was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from bot.team.forms import Place
from handlers.payloads import ViewSubmission


async def on_settings_emoji_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Keep the workspace's own emoji; lines that are not understood are named beside the field."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    await services.admins.require(sent.workspace_id, user_id=sent.user_id)
    place, typed = Place.from_json(sent.private_metadata), sent.values.get("emoji") or ""
    await services.emoji_forms.save(sent.workspace_id, typed=typed, place=place, user_id=sent.user_id)
    await services.settings_hub.refresh(sent.workspace_id, place=place)
    await ack()
