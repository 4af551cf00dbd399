"""The button *Retry* below a draft that did not work out."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ButtonPress


async def on_draft_retry(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Try again; a second press on the same button changes nothing."""
    press = ButtonPress.from_body(body)
    draft_id, _, attempt = press.value.partition(":")
    await services.drafts.retry(draft_id, attempt=int(attempt), workspace_id=press.workspace_id)
    await ack()
