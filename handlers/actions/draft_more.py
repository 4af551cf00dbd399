"""The menu at the end of a draft's controls; each choice is one entry of `CHOICES`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from handlers.payloads import SelectPress


async def on_why(ack: AsyncAck, press: SelectPress, *, services: Services) -> None:
    """*Why this draft?* — shown to whoever asked, and to nobody else."""
    await ack()
    await services.drafting.explainer.tell(
        press.workspace_id,
        channel_id=press.channel_id or "",
        message_ts=press.message_ts or "",
        user_id=press.user_id,
    )


async def on_flag(ack: AsyncAck, press: SelectPress, *, services: Services) -> None:
    """*Flag a problem*: the modal opens while the press is fresh."""
    await services.feedback.flags.open(press.touch(), trigger_id=press.trigger_id or "")
    await ack()


async def on_line(ack: AsyncAck, press: SelectPress, *, services: Services) -> None:
    """*Improve a line*: the modal opens while the press is fresh."""
    await services.lines.open(press.touch(), trigger_id=press.trigger_id or "", wants="fix")
    await ack()


async def on_phrasing(ack: AsyncAck, press: SelectPress, *, services: Services) -> None:
    """*Show me another phrasing*: the same modal, with that choice made."""
    await services.lines.open(press.touch(), trigger_id=press.trigger_id or "", wants="phrasing")
    await ack()


CHOICES: Final[Mapping[str, Callable[..., Awaitable[None]]]] = {
    "lines": on_line,
    "phrasing": on_phrasing,
    "flag": on_flag,
    "why": on_why,
}


async def on_draft_more(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Pass the press on to its choice; each acknowledges for itself."""
    press = SelectPress.from_body(body)
    await CHOICES[press.value](ack, press, services=services)
