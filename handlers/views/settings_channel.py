"""The form *This channel* was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from bot.team.forms import Place
from handlers.payloads import ViewSubmission


async def on_settings_channel_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Keep the channel's settings; what is wrong is said beside its field by the error boundary."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    await services.admins.require(sent.workspace_id, user_id=sent.user_id)
    place = Place.from_json(sent.private_metadata)
    ways = await services.settings_forms.channel_ways(sent.workspace_id, place=place, values=sent.values)
    await services.team.channels.save(sent.workspace_id, ways=ways, seen=place.seen, user_id=sent.user_id)
    await services.rulebook.letting_in.follow(sent.workspace_id, channel_id=ways.channel_id)
    await services.settings_hub.refresh(sent.workspace_id, place=place)
    await ack()
