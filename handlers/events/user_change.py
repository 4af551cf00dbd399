"""Slack's `user_change`: also how a deactivation arrives."""

from typing import Any

from bot.services import Services
from handlers.payloads import UserChange


async def on_user_change(body: dict[str, Any], *, services: Services) -> None:
    """Note what changed about a person we know."""
    change = UserChange.from_body(body)
    await services.address_book.person_changed(change.workspace_id, user=change.user)
