"""The buttons in the settings' *API access*; whether somebody is an admin is asked at each press."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ButtonPress


async def on_api_token_new(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*New token*: the form opens on top of the list."""
    press = await _admins_press(body, services)
    view = services.integrations.access_view.form(list_view_id=press.view_id or "")
    await services.messenger.push_view(press.workspace_id, trigger_id=press.trigger_id or "", view=view)
    await ack()


async def on_api_token_revoke(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Revoke*: the token can do nothing any more."""
    press = await _admins_press(body, services)
    integrations = services.integrations
    await integrations.tokens.revoke(press.workspace_id, token_id=press.value, by=press.user_id)
    view = await integrations.access_view.overview(press.workspace_id)
    await services.messenger.update_view(press.workspace_id, view_id=press.view_id or "", view=view)
    await ack()


async def _admins_press(body: dict[str, Any], services: Services) -> ButtonPress:
    press = ButtonPress.from_body(body)
    await services.admins.require(press.workspace_id, user_id=press.user_id)
    return press
