"""Slack's `app_home_opened`: somebody looks at the Home tab, or at the direct messages beside it."""

from typing import Any

from bot.services import Services
from handlers.payloads import HomeOpened


async def on_app_home_opened(body: dict[str, Any], *, services: Services) -> None:
    """Show them what is true now, if that is not what they see already."""
    opened = HomeOpened.from_body(body)
    if opened.is_home_tab:
        await services.home.show(opened.workspace_id, user_id=opened.user_id, on_screen=opened.on_screen)
