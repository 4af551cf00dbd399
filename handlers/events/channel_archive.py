"""Slack's `channel_archive` and, for private channels, `group_archive`."""

from typing import Any

from bot.services import Services
from handlers.payloads import ChannelChange


async def on_channel_archive(body: dict[str, Any], *, services: Services) -> None:
    """Note that a channel is closed."""
    change = ChannelChange.from_body(body)
    await services.address_book.channel_archived(change.workspace_id, channel_id=change.channel_id)
