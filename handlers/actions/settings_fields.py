"""What happens in the settings' forms before they are sent: the preview of emoji, the search for a time zone."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.runtime.local_time import zones_like
from bot.services import Services
from bot.slack.fields import plain_options
from bot.team.forms import Place
from handlers.payloads import ButtonPress, OptionsAsked


async def on_emoji_preview(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Preview*: show how the lines are understood; nothing is kept."""
    press = ButtonPress.from_body(body)
    await services.admins.require(press.workspace_id, user_id=press.user_id)
    view = services.emoji_forms.preview(
        press.values.get("emoji") or "", place=Place.from_json(press.private_metadata)
    )
    await services.messenger.update_view(press.workspace_id, view_id=press.view_id or "", view=view)
    await ack()


async def on_zone_options(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:  # noqa: ARG001 - every listener has this signature
    """Somebody types into the time zone: offer what is like it."""
    asked = OptionsAsked.from_body(body)
    await ack(options=plain_options(zones_like(asked.typed)))
