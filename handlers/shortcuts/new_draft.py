"""The global shortcut *New draft*: opens the modal."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import Shortcut as Use
from handlers.shortcuts.spec import Shortcut


async def on_new_draft(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Open the modal first: its trigger expires within seconds."""
    use = Use.from_body(body)
    await services.desk.open_new_draft(use.workspace_id, trigger_id=use.trigger_id or "", channel_id=None)
    await ack()


SHORTCUT = Shortcut(
    callback_id="new_draft",
    name="New draft",
    description="Write a brief and get a draft",
    kind="global",
    listener=on_new_draft,
)
