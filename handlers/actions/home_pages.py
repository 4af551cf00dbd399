"""Turning pages in the Home tab, and finding one channel in its table."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.home.state import HomeState, Turn, read_channel, read_page
from bot.services import Services
from handlers.payloads import HomePress


async def on_home_drafts(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Show newer or older drafts."""
    press = HomePress.from_body(body)
    page = read_page(press.value)
    await ack()
    await _redraw(press, services, turn=lambda state: replace(state, drafts=page))


async def on_home_channels(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Show another page of the channel table; drawing asks anew whether this is an admin."""
    press = HomePress.from_body(body)
    page = read_page(press.value)
    await ack()
    await _redraw(press, services, turn=lambda state: replace(state, channels=page, channel_id=None))


async def on_home_find(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Show the channel that was chosen, and only that."""
    press = HomePress.from_body(body)
    channel_id = read_channel(press.channel_chosen)
    await ack()
    await _redraw(press, services, turn=lambda state: HomeState(state.drafts, state.channels, channel_id))


async def _redraw(press: HomePress, services: Services, *, turn: Turn) -> None:
    await services.home.show(press.workspace_id, user_id=press.user_id, on_screen=press.on_screen, turn=turn)
