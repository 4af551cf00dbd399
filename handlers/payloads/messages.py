"""The shapes of message events: replies, edits, deletions."""

from dataclasses import dataclass
from typing import Any, Self

from bot.feedback.acts import Touch
from handlers.payloads.events import SlackEvent
from handlers.payloads.fields import Payload


@dataclass(frozen=True)
class ThreadReply(SlackEvent):
    """A message under another message (also when it is shown in the channel too)."""

    channel_id: str
    ts: str
    thread_ts: str
    user_id: str
    user_team_id: str | None
    author_is_bot: bool
    text: str

    @classmethod
    def from_body(cls, body: Any) -> Self | None:
        """Read it; None for any other kind of message event."""
        event = Payload(Payload(body).find("event"))
        thread_ts = event.maybe("thread_ts")
        kind = event.maybe("subtype")
        if kind not in (None, "thread_broadcast", "file_share", "bot_message") or thread_ts is None:
            return None
        if thread_ts == event.maybe("ts") or event.maybe("user") is None:
            return None
        return cls(
            **cls.envelope(body),
            channel_id=event.text("channel"),
            ts=event.text("ts"),
            thread_ts=thread_ts,
            user_id=event.text("user"),
            user_team_id=event.maybe("user_team") or event.maybe("team"),
            author_is_bot=event.maybe("bot_id") is not None,
            text=event.maybe("text") or "",
        )

    def touch(self) -> Touch:
        """Return who wrote under which message."""
        return _in_thread(
            self, self.thread_ts, self.user_id, team_id=self.user_team_id, is_bot=self.author_is_bot
        )


@dataclass(frozen=True)
class MessageEdited(SlackEvent):
    """A person changed the words of a message (unfurls and the like are not edits)."""

    channel_id: str
    ts: str
    thread_ts: str | None
    user_id: str
    author_is_bot: bool
    text: str

    @classmethod
    def from_body(cls, body: Any) -> Self | None:
        """Read it; None unless the text changed and Slack says that it was edited."""
        payload = Payload(body)
        event, message = Payload(payload.find("event")), Payload(payload.find("event", "message"))
        same = message.maybe("text") == event.maybe("previous_message", "text")
        if event.maybe("subtype") != "message_changed" or same or message.find("edited") is None:
            return None
        if message.maybe("user") is None or message.maybe("subtype") == "tombstone":
            return None
        return cls(
            **cls.envelope(body),
            channel_id=event.text("channel"),
            ts=message.text("ts"),
            thread_ts=message.maybe("thread_ts"),
            user_id=message.text("user"),
            author_is_bot=message.maybe("bot_id") is not None,
            text=message.maybe("text") or "",
        )

    def touch(self) -> Touch | None:
        """Return who wrote under which message; None unless it is a reply."""
        if self.thread_ts in (None, self.ts):
            return None
        return _in_thread(self, self.thread_ts or "", self.user_id, is_bot=self.author_is_bot)


@dataclass(frozen=True)
class MessageDeleted(SlackEvent):
    """A message is gone (a parent of replies leaves a tombstone behind)."""

    channel_id: str
    ts: str
    thread_ts: str | None
    user_id: str | None

    @classmethod
    def from_body(cls, body: Any) -> Self | None:
        """Read it; None for any other kind of message event."""
        event = Payload(Payload(body).find("event"))
        tombstone = event.maybe("message", "subtype") == "tombstone"
        if event.maybe("subtype") != "message_deleted" and not tombstone:
            return None
        return cls(
            **cls.envelope(body),
            channel_id=event.text("channel"),
            ts=event.text("message", "ts") if tombstone else event.text("deleted_ts"),
            thread_ts=event.maybe("previous_message", "thread_ts"),
            user_id=event.maybe("previous_message", "user"),
        )

    def own_touch(self) -> Touch | None:
        """Return whose message is gone, as a touch of that message itself; None where Slack does not say."""
        if self.user_id is None:
            return None
        return _in_thread(self, self.ts, self.user_id)

    def touch(self) -> Touch | None:
        """Return whose reply under which message is gone; None unless it was a reply."""
        if self.thread_ts in (None, self.ts) or self.user_id is None:
            return None
        return _in_thread(self, self.thread_ts or "", self.user_id)


def _in_thread(
    event: ThreadReply | MessageEdited | MessageDeleted,
    thread_ts: str,
    user_id: str,
    *,
    team_id: str | None = None,
    is_bot: bool = False,
) -> Touch:
    return Touch(
        event.workspace_id,
        event.event_id,
        event.event_us,
        event.channel_id,
        thread_ts,
        user_id,
        team_id,
        author_is_bot=is_bot,
    )
