"""Reads the conversation that a draft was asked in."""

import re
from collections.abc import Sequence
from typing import Any, Final

from bot.logs import get_logger
from bot.slack.calls import Caller
from bot.slack.clients import Clients
from bot.slack.errors import SlackRefused, SlackUnreachable
from bot.slack.plain import to_markdown

log = get_logger(__name__)

_MENTION: Final = re.compile(r"<@([A-Z0-9]+)>")
_MOST_MESSAGES: Final = 100
_LONGEST_THREAD: Final = 20_000
_DEADLINE_SECONDS: Final = 10.0  # A person waits; Slack's pauses may be a minute.


class Threads:
    """Reads threads, within limits, without names: `Person 1`, `Person 2`, `Draftloop`."""

    def __init__(self, clients: Clients) -> None:
        self._caller = Caller(clients, deadline_seconds=_DEADLINE_SECONDS)

    async def read(
        self, workspace_id: str, *, channel_id: str, thread_ts: str, without: str | None = None
    ) -> str:
        """Return the newest part of a thread as text; the message with the ts `without` is left out.

        It is empty when Slack does not let us read it: apps sold to many workspaces may do so once a minute only,
        and a draft without its context is better than none.
        """
        try:
            answer = await self._caller.freely(
                workspace_id,
                lambda client: client.conversations_replies(
                    channel=channel_id, ts=thread_ts, limit=_MOST_MESSAGES
                ),
            )
        except (SlackRefused, SlackUnreachable) as error:
            log.warning("thread_unread", workspace=workspace_id, code=error.code)
            return ""
        messages = answer.get("messages") or []
        return conversation(messages, without=without)


def conversation(messages: Sequence[dict[str, Any]], *, without: str | None = None) -> str:
    """Return messages as lines of a play; the oldest are dropped when they are too many."""
    bots = {str(message.get("user")): "Draftloop" for message in messages if message.get("bot_id")}
    cast = _Cast(bots)
    lines = [_line(message, cast) for message in messages if message.get("ts", "") != without]
    return "\n".join(filter(None, lines))[-_LONGEST_THREAD:]


class _Cast(dict[str, str]):
    """Who is who in a thread: whoever is met, speaking or spoken of, becomes the next person."""

    def __missing__(self, user_id: str) -> str:
        number = sum(name != "Draftloop" for name in self.values()) + 1
        return self.setdefault(user_id, f"Person {number}")


def _line(message: dict[str, Any], cast: _Cast) -> str:
    text = to_markdown(message.get("text") or "")
    if not text:
        return ""
    speaker = "Draftloop" if message.get("bot_id") else cast[str(message.get("user"))]
    return f"{speaker}: {_MENTION.sub(lambda found: cast[found[1]], text)}"
