"""Slack's `member_left_channel`: we notice when it is the bot that was removed."""

from typing import Any

from bot.services import Services
from handlers.payloads import ChannelMove


async def on_member_left_channel(body: dict[str, Any], *, services: Services) -> None:
    """Note that the bot is out of a channel."""
    move = ChannelMove.from_body(body)
    if move.is_the_bot:
        await services.address_book.bot_left(move.workspace_id, channel_id=move.channel_id)
