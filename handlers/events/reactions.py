"""Emoji put on messages and taken away."""

from typing import Any

from bot.services import Services
from handlers.payloads import ReactionChange


async def on_reaction(body: dict[str, Any], *, services: Services) -> None:
    """Record it if the message shows a draft; `reaction_added` and `reaction_removed` alike."""
    change = ReactionChange.from_body(body)
    if change is not None:
        await services.feedback.reactions.record(change.touch(), emoji=change.emoji, added=change.added)
