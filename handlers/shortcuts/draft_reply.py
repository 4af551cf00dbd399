"""The message shortcut *Draft a reply*: the message is the context, the draft appears in its thread."""

from typing import Any, Final

from slack_bolt.async_app import AsyncAck

from bot.drafts.request import DraftRequest
from bot.services import Services
from bot.slack.plain import to_markdown
from handlers.payloads import Shortcut as Use
from handlers.shortcuts.spec import Shortcut

_BRIEF: Final = "Write a reply to this message."


async def on_draft_reply(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Take the ask."""
    await services.drafts.ask(_request(Use.from_body(body)))
    await ack()


def _request(use: Use) -> DraftRequest:
    return DraftRequest(
        workspace_id=use.workspace_id,
        channel_id=use.channel_id or "",
        requester_id=use.user_id,
        brief=_BRIEF,
        source="shortcut",
        request_key=use.event_id,
        thread_ts=use.thread_ts or use.message_ts,
        context=to_markdown(use.message_text),
        task="reply",
    )


SHORTCUT = Shortcut(
    callback_id="draft_reply",
    name="Draft a reply",
    description="Draft a reply to this message, in its thread",
    kind="message",
    listener=on_draft_reply,
)
