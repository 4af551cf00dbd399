"""The buttons below what was learned, and those of a rule that waits for an admin."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bot.learning.telling.note_ref import NoteRef
from bot.services import Services
from handlers.payloads import ButtonPress


async def on_learned_undo(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Undo a rule for those who taught it and for admins; anybody else's press counts against it."""
    press = ButtonPress.from_body(body)
    ref = NoteRef.read(press.value)
    told = await services.learning.notes.undo(press.workspace_id, ref=ref, user_id=press.user_id)
    await ack()
    await services.learning.notes.refresh(press.workspace_id, ref=ref)
    await respond(replace_original=False, response_type="ephemeral", text=told, thread_ts=press.thread_ts)


async def on_learned_too_broad(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Ask where the rule should hold, while the press is fresh."""
    press = ButtonPress.from_body(body)
    await services.learning.narrowing.open(
        press.workspace_id,
        ref=NoteRef.read(press.value),
        user_id=press.user_id,
        trigger_id=press.trigger_id or "",
    )
    await ack()


async def on_learned_answer(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Take the yes or no to a rule that waits for one, from somebody who decides about rules now."""
    press = ButtonPress.from_body(body)
    ref, approved = NoteRef.read(press.value), press.action_id == "learned_approve"
    text, blocks = await services.learning.waits.answer(
        press.workspace_id, ref=ref, user_id=press.user_id, approved=approved
    )
    await ack()
    await respond(replace_original=True, text=text, blocks=blocks)
    await services.learning.notes.refresh(press.workspace_id, ref=ref)
