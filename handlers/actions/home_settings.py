"""What people decide about themselves in the Home tab: kept at once, then shown as it is kept."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import HomePress


async def on_home_settings(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Keep the boxes as they are ticked now."""
    press = HomePress.from_body(body)
    choices = {name: name in press.chosen for name in ("named", "receipts", "asked")}
    await services.members.choose(press.workspace_id, user_id=press.user_id, **choices)
    await ack()
    await services.home.show(press.workspace_id, user_id=press.user_id, on_screen=press.on_screen)


async def on_home_opt(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Take the person's feedback out of the count, or bring it back."""
    press = HomePress.from_body(body)
    await services.participation.opt_out(
        press.workspace_id, user_id=press.user_id, opted_out=press.action_id == "home_opt_out"
    )
    await ack()
    await services.home.show(press.workspace_id, user_id=press.user_id, on_screen=press.on_screen)
