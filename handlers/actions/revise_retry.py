"""The button *Retry* below a revision that did not work out."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import ButtonPress


async def on_revise_retry(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Try again; the same press delivered twice is one try."""
    press = ButtonPress.from_body(body)
    correction_id, _, version = press.value.partition(":")
    await services.drafts.revise_again(
        correction_id, version=int(version), workspace_id=press.workspace_id, press_id=press.event_id
    )
    await ack()
