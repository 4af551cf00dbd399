"""The buttons about feedback on hold: admins release or confirm it, the person appeals."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ButtonPress, HomePress


async def on_hold_decide(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Release or confirm what is held back, if this is an admin now."""
    press = ButtonPress.from_body(body)
    await services.admins.require(press.workspace_id, user_id=press.user_id)
    await services.scoring.quarantine.decide(
        press.value,
        workspace_id=press.workspace_id,
        user_id=press.user_id,
        release=press.action_id.endswith("hold_release"),
    )
    await ack()


async def on_hold_decide_at_home(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Do the same from the Home tab, and show it anew."""
    await on_hold_decide(ack, body, services=services)
    press = HomePress.from_body(body)
    await services.home.show(
        press.workspace_id,
        user_id=press.user_id,
        on_screen=press.on_screen,
        notice="*It is decided.* The figures follow in a moment.",
    )


async def on_hold_appeal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Open the modal of the person concerned while the press is fresh."""
    press = ButtonPress.from_body(body)
    await services.scoring.appeals.open(
        press.value,
        workspace_id=press.workspace_id,
        user_id=press.user_id,
        trigger_id=press.trigger_id or "",
    )
    await ack()
