"""Implicit signals were turned on: the people of every channel that the bot is in are told."""

from functools import partial

from bot.runtime.durable import step
from bot.services import Services


async def run_announce_implicit(workspace_id: str, *, services: Services) -> None:
    """Tell every channel, one after the other; each is told once, also when this runs twice."""
    implicit = services.implicit
    for channel_id in await step("places", implicit.places_to_tell, workspace_id):
        await step("tell", partial(implicit.announce, channel_id=channel_id), workspace_id)
