"""The buttons of recurring briefs, in a channel's list and in the settings: pause, resume, delete, turn the page."""

from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bot.drafts.recurring import Deed
from bot.services import Services
from bot.slack.blocks.recurring import list_blocks, list_text
from handlers.payloads import ButtonPress

_DEEDS: Final[dict[str, Deed]] = {
    "recurring_pause": "pause",
    "recurring_resume": "resume",
    "recurring_delete": "delete",
}


async def on_recurring_change(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Change one, then show the list as it is now."""
    press = ButtonPress.from_body(body)
    brief_id, _, page = press.value.partition(":")
    await services.recurring.change(
        press.workspace_id, brief_id=brief_id, deed=_DEEDS[press.action_id], user_id=press.user_id
    )
    await ack()
    await _show(press, respond, page=_number(page), services=services)


async def on_recurring_turn(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Show another page."""
    press = ButtonPress.from_body(body)
    await ack()
    await _show(press, respond, page=_number(press.value), services=services)


async def _show(press: ButtonPress, respond: AsyncRespond, *, page: int, services: Services) -> None:
    """Show a page where the press came from: in the settings, or in the list of a channel."""
    if press.view_id is not None:
        await services.recurring_settings.show(
            press.workspace_id, user_id=press.user_id, view_id=press.view_id, page=page
        )
        return
    shown = await services.recurring.page(
        press.workspace_id, channel_id=press.channel_id or "", reader_id=press.user_id, page=page
    )
    await respond(
        replace_original=True,
        response_type="ephemeral",
        text=list_text(shown),
        blocks=list_blocks(shown),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
