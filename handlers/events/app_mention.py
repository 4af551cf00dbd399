"""`@Draftloop <brief>` in a channel or a thread."""

from typing import Any

from bot.services import Services
from handlers.payloads import AppMention


async def on_app_mention(body: dict[str, Any], *, services: Services) -> None:
    """Take the ask; one that cannot be written about is told only to whoever wrote it."""
    mention = AppMention.from_body(body)
    if mention is not None and not mention.author_is_bot:
        await services.desk.take_mention(mention.request())
