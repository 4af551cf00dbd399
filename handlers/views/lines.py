"""The modals *Improve a line* and *Another phrasing* were sent."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.feedback.acts import Touch
from bot.feedback.line_forms import LinesForm
from bot.services import Services
from handlers.payloads import ViewSubmission


async def on_lines_pick_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Show the picked lines in place of the list."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    form = LinesForm.from_json(sent.private_metadata)
    view = await services.lines.picked(_touch(sent, form), form=form, values=sent.picked.get("lines", ()))
    await ack(response_action="update", view=view)


async def on_lines_fix_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Take the better lines, or what is wrong with them; problems are said beside the field."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    form = LinesForm.from_json(sent.private_metadata)
    await services.lines.submit(_touch(sent, form), form=form, key=sent.view_id, values=sent.values)
    await ack()


async def on_phrasing_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Ask for two other phrasings of the picked lines."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    form = LinesForm.from_json(sent.private_metadata)
    await services.drafting.phrasings.ask(
        _touch(sent, form),
        form=form,
        key=_key(sent),
        values=sent.picked.get("lines", ()),
        wish=sent.values.get("wish") or "",
    )
    await ack()


def _touch(sent: ViewSubmission, form: LinesForm) -> Touch:
    touch = sent.touch(channel_id=form.channel_id, message_ts=form.message_ts)
    return replace(touch, event_id=_key(sent))


def _key(sent: ViewSubmission) -> str:
    """The hash changes when a view does; the window is one change."""
    return f"view:{sent.view_id}"
