"""Slack's `channel_rename`."""

from typing import Any

from bot.services import Services
from handlers.payloads import ChannelChange


async def on_channel_rename(body: dict[str, Any], *, services: Services) -> None:
    """Note the channel's new name."""
    change = ChannelChange.from_body(body)
    if change.name:
        await services.address_book.channel_renamed(
            change.workspace_id, channel_id=change.channel_id, name=change.name
        )
