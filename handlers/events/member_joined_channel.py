"""Slack's `member_joined_channel`: we notice when it is the bot that joined."""

from typing import Any

from bot.services import Services
from handlers.payloads import ChannelMove


async def on_member_joined_channel(body: dict[str, Any], *, services: Services) -> None:
    """Note the bot's new channel, and have it greeted."""
    move = ChannelMove.from_body(body)
    if move.is_the_bot:
        await services.address_book.bot_joined(move.workspace_id, channel_id=move.channel_id)
        await services.onboarding.joined(move.workspace_id, channel_id=move.channel_id)
