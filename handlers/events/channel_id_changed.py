"""Slack's `channel_id_changed`: a channel that becomes shared gets another id."""

from typing import Any

from bot.services import Services
from handlers.payloads import ChannelChange


async def on_channel_id_changed(body: dict[str, Any], *, services: Services) -> None:
    """Carry the channel's settings over."""
    change = ChannelChange.from_body(body)
    if change.new_channel_id:
        await services.address_book.channel_moved(
            change.workspace_id, old_id=change.channel_id, new_id=change.new_channel_id
        )
