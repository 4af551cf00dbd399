"""The buttons of the one question after a 👎."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bot.services import Services
from handlers.payloads import ButtonPress


async def on_reason_give(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Open the box while the press is fresh."""
    press = ButtonPress.from_body(body)
    await services.feedback.reasons.open(
        press.workspace_id, draft_id=press.value, trigger_id=press.trigger_id or ""
    )
    await ack()
    await respond(delete_original=True)


async def on_reason_not_now(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Leave the person alone for this draft."""
    press = ButtonPress.from_body(body)
    await services.feedback.reasons.not_now(press.workspace_id, user_id=press.user_id, draft_id=press.value)
    await ack()
    await respond(delete_original=True)


async def on_reason_stop(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Never ask again."""
    press = ButtonPress.from_body(body)
    await services.feedback.reasons.stop(press.workspace_id, user_id=press.user_id, draft_id=press.value)
    await ack()
    await respond(replace_original=True, text="I will not ask you again. Your votes count as before.")
