"""The buttons on a hidden draft."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ButtonPress


async def on_hidden_show(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Show the draft again, if this is an admin now."""
    press = ButtonPress.from_body(body)
    await services.admins.require(press.workspace_id, user_id=press.user_id)
    await services.drafting.hiding.show_again(
        press.value, workspace_id=press.workspace_id, user_id=press.user_id
    )
    await ack()


async def on_hidden_flag(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Open the flag's modal while the press is fresh: to flag the draft as well, or to take a flag back."""
    press = ButtonPress.from_body(body)
    await services.feedback.flags.open(press.touch(), trigger_id=press.trigger_id or "")
    await ack()
