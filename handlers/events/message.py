"""Messages: replies under drafts, their edits and their deletion; and what people write to the bot alone."""

from typing import Any

from bot.services import Services
from handlers.payloads import AppMention, ChannelMessage, MessageDeleted, MessageEdited, ThreadReply


async def on_message(body: dict[str, Any], *, services: Services) -> None:
    """Record what a reply under a draft says, or that it is gone; take an ask by direct message."""
    said = ThreadReply.from_body(body) or MessageEdited.from_body(body)
    if said is not None and (touch := said.touch()) is not None:
        await services.feedback.replies.put(touch, reply_ts=said.ts, text=said.text)
    gone = MessageDeleted.from_body(body)
    if gone is not None and (touch := gone.touch()) is not None:
        await services.feedback.replies.remove(touch, reply_ts=gone.ts)
    await _note_copy(body, gone, services=services)
    asked = AppMention.from_direct_message(body)
    if asked is not None:
        await services.desk.take_mention(asked.request())


async def _note_copy(body: dict[str, Any], gone: MessageDeleted | None, *, services: Services) -> None:
    """Note that a message is a draft's text, or that such a message is gone (where implicit signals are on)."""
    posted = ChannelMessage.from_body(body)
    if posted is not None:
        await services.feedback.implicit.posted(posted.posted())
    if gone is not None and (touch := gone.own_touch()) is not None:
        await services.feedback.implicit.deleted(touch)
