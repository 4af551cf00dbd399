"""The shape of a message that somebody wrote in a channel, in a thread or not."""

from dataclasses import dataclass
from typing import Any, Self

from bot.feedback.acts import Touch
from bot.feedback.implicit import Posted
from handlers.payloads.events import SlackEvent
from handlers.payloads.fields import Payload


@dataclass(frozen=True)
class ChannelMessage(SlackEvent):
    """What a person posted."""

    channel_id: str
    ts: str
    thread_ts: str | None
    user_id: str
    user_team_id: str | None
    text: str

    @classmethod
    def from_body(cls, body: Any) -> Self | None:
        """Read it; None for what bots post, for direct messages, and for any other kind of message event."""
        event = Payload(Payload(body).find("event"))
        if event.maybe("subtype") not in {None, "thread_broadcast", "file_share"}:
            return None
        if event.maybe("user") is None or event.maybe("bot_id") is not None:
            return None
        if event.maybe("channel_type") == "im" or event.text("channel").startswith("D"):
            return None
        return cls(
            **cls.envelope(body),
            channel_id=event.text("channel"),
            ts=event.text("ts"),
            thread_ts=event.maybe("thread_ts"),
            user_id=event.text("user"),
            user_team_id=event.maybe("user_team") or event.maybe("team"),
            text=event.maybe("text") or "",
        )

    def posted(self) -> Posted:
        """Return it as the bot's own word for it; the touch is of the message itself."""
        touch = Touch(
            self.workspace_id,
            self.event_id,
            self.event_us,
            self.channel_id,
            self.ts,
            self.user_id,
            self.user_team_id,
        )
        return Posted(touch, self.text, self.thread_ts)
