"""Slack's `app_uninstalled` and `tokens_revoked`."""

from typing import Any

from bot.services import Services
from handlers.payloads import AccessRevoked


async def on_access_revoked(body: dict[str, Any], *, services: Services) -> None:
    """Drop the token when the bot itself is out."""
    revoked = AccessRevoked.from_body(body)
    if revoked.bot_is_out:
        await services.address_book.access_revoked(revoked.workspace_id)
