"""The buttons under two other phrasings: take one, none, or try again."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bot.feedback.acts import Touch
from bot.services import Services
from handlers.payloads import ButtonPress


async def on_phrasing_use(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Take a phrasing as the person's correction, then close the note."""
    press = ButtonPress.from_body(body)
    number = int(press.action_id.removeprefix("phrasing_use_"))
    await services.drafting.phrasings.choose(_touch(press), request_id=press.value, number=number)
    await ack()
    await respond(replace_original=True, text="Thanks, taken. The new text follows in the draft's thread.")


async def on_phrasing_none(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Close the note; the line stays as it is."""
    press = ButtonPress.from_body(body)
    await services.drafting.phrasings.dismiss(_touch(press), request_id=press.value)
    await ack()
    await respond(delete_original=True)


async def on_phrasing_retry(
    ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, *, services: Services
) -> None:
    """Ask the model again."""
    press = ButtonPress.from_body(body)
    request_id, _, attempt = press.value.partition(":")
    await services.drafting.phrasings.retry(_touch(press), request_id=request_id, attempt=int(attempt))
    await ack()
    await respond(replace_original=True, text="Trying again …")


def _touch(press: ButtonPress) -> Touch:
    """A note is no message that shows a draft: the service knows which one it is about."""
    return Touch(
        press.workspace_id, press.event_id, press.event_us, "", "", press.user_id, press.user_team_id
    )
