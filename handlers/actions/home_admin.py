"""What admins do in the Home tab: whether they are admins is asked anew at each press."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.home.state import read_channel
from bot.services import Services
from handlers.payloads import HomePress


async def on_home_replay(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Put one parked event of this workspace, or all of them, back into the line."""
    press = HomePress.from_body(body)
    await services.admins.require(press.workspace_id, user_id=press.user_id)
    one = press.value if press.action_id == "home_parked_replay" else None
    replayed = await services.home.parked.replay(press.workspace_id, user_id=press.user_id, event_id=one)
    await ack()
    await services.home.show(
        press.workspace_id, user_id=press.user_id, on_screen=press.on_screen, notice=build_replayed(replayed)
    )


async def on_home_dismiss(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Hide the first steps."""
    press = HomePress.from_body(body)
    await services.admins.require(press.workspace_id, user_id=press.user_id)
    await services.home.checklist.dismiss(press.workspace_id, user_id=press.user_id)
    await ack()
    await services.home.show(press.workspace_id, user_id=press.user_id, on_screen=press.on_screen)


async def on_home_hub(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Open the settings while the press is fresh, of a channel of the table or of the workspace alone."""
    press = HomePress.from_body(body)
    await services.settings_hub.open(
        press.workspace_id,
        user_id=press.user_id,
        trigger_id=press.trigger_id or "",
        channel_id=read_channel(press.value),
    )
    await ack()


def build_replayed(count: int) -> str:
    """Build the line that says what was put back."""
    if not count:
        return "Nothing was left to try again: somebody was faster."
    return (
        f"*{count:,} {'event is' if count == 1 else 'events are'} being tried again.* "
        "What fails once more is listed below when you open this tab later."
    )
