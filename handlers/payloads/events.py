"""The shapes of events: what happened in Slack."""

import re
from dataclasses import dataclass, replace
from typing import Any, Self

from bot.drafts.request import DraftRequest
from bot.feedback.acts import Touch
from bot.home.state import OnScreen
from bot.slack.directory import SlackUser
from bot.slack.plain import to_markdown
from handlers.payloads.fields import Payload, event_us, known_workspace
from handlers.payloads.home import home_on_screen


@dataclass(frozen=True)
class SlackEvent:
    """What every event has."""

    workspace_id: str
    event_id: str
    event_us: int

    @staticmethod
    def envelope(body: Any) -> dict[str, Any]:
        """Read the fields of this class."""
        payload = Payload(body)
        stamp = payload.maybe("event", "event_ts") or payload.text("event", "ts")
        return {
            "workspace_id": known_workspace(body),
            "event_id": payload.text("event_id"),
            "event_us": event_us(stamp),
        }


@dataclass(frozen=True)
class ReactionChange(SlackEvent):
    """Somebody put a reaction on a message or took it away."""

    channel_id: str
    message_ts: str
    user_id: str
    emoji: str
    added: bool
    user_team_id: str | None

    @classmethod
    def from_body(cls, body: Any) -> Self | None:
        """Read it; None for a reaction on something else than a message."""
        payload = Payload(body)
        if payload.maybe("event", "item", "ts") is None:
            return None
        return cls(
            **cls.envelope(body),
            channel_id=payload.text("event", "item", "channel"),
            message_ts=payload.text("event", "item", "ts"),
            user_id=payload.text("event", "user"),
            emoji=payload.text("event", "reaction"),
            added=payload.text("event", "type") == "reaction_added",
            user_team_id=payload.maybe("event", "user_team"),
        )

    def touch(self) -> Touch:
        """Return who touched which message."""
        return Touch(
            self.workspace_id,
            self.event_id,
            self.event_us,
            self.channel_id,
            self.message_ts,
            self.user_id,
            self.user_team_id,
        )


@dataclass(frozen=True)
class AppMention(SlackEvent):
    """Somebody wrote to the bot; `brief` is the text without the bot's name."""

    channel_id: str
    ts: str
    thread_ts: str | None
    user_id: str
    author_is_bot: bool
    brief: str

    @classmethod
    def from_body(cls, body: Any) -> Self | None:
        """Read it; None when no person wrote it."""
        payload = Payload(body)
        event = Payload(payload.find("event"))
        if event.maybe("user") is None:
            return None
        return cls(
            **cls.envelope(body),
            channel_id=event.text("channel"),
            ts=event.text("ts"),
            thread_ts=event.maybe("thread_ts"),
            user_id=event.text("user"),
            author_is_bot=event.maybe("bot_id") is not None,
            brief=re.sub(_our_name(payload), "", event.maybe("text") or "", count=1).strip(),
        )

    @classmethod
    def from_direct_message(cls, body: Any) -> Self | None:
        """Read what somebody wrote to the bot alone: Slack sends no `app_mention` from there.

        With the bot's name in it, it is a brief; without, one that is empty. None for anything else: a reply
        (that is feedback), or not a person's message.
        """
        payload = Payload(body)
        event = Payload(payload.find("event"))
        is_plain = event.maybe("subtype") in (None, "file_share") and event.maybe("bot_id") is None
        if event.maybe("channel_type") != "im" or not is_plain:
            return None
        if re.search(_our_name(payload), event.maybe("text") or ""):
            return cls.from_body(body)
        said = None if event.maybe("thread_ts") else cls.from_body(body)
        return said and replace(said, brief="")

    def request(self) -> DraftRequest:
        """Return what is asked for."""
        return DraftRequest(
            workspace_id=self.workspace_id,
            channel_id=self.channel_id,
            requester_id=self.user_id,
            brief=to_markdown(self.brief),
            source="mention",
            request_key=f"mention:{self.channel_id}:{self.ts}",
            thread_ts=self.thread_ts,
        )


@dataclass(frozen=True)
class ChannelMove(SlackEvent):
    """Somebody joined or left a channel; `is_the_bot` when it was us."""

    channel_id: str
    user_id: str
    is_the_bot: bool

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read a `member_joined_channel` or `member_left_channel`."""
        payload = Payload(body)
        user_id = payload.text("event", "user")
        return cls(
            **cls.envelope(body),
            channel_id=payload.text("event", "channel"),
            user_id=user_id,
            is_the_bot=user_id == payload.maybe("authorizations", 0, "user_id"),
        )


@dataclass(frozen=True)
class ChannelChange(SlackEvent):
    """A channel was renamed, archived or got another id."""

    channel_id: str
    name: str | None
    new_channel_id: str | None

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read a `channel_rename`, `channel_archive`, `group_archive` or `channel_id_changed`."""
        event = Payload(Payload(body).find("event"))
        places = (event.maybe("old_channel_id"), event.maybe("channel", "id"))
        return cls(
            **cls.envelope(body),
            channel_id=next(filter(None, places), None) or event.text("channel"),
            name=event.maybe("channel", "name"),
            new_channel_id=event.maybe("new_channel_id"),
        )


@dataclass(frozen=True)
class UserChange(SlackEvent):
    """A person's profile changed, or they were deactivated."""

    user: SlackUser

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read a `user_change`."""
        payload = Payload(body)
        payload.text("event", "user", "id")
        return cls(**cls.envelope(body), user=SlackUser.from_body(payload.find("event", "user")))


@dataclass(frozen=True)
class HomeOpened(SlackEvent):
    """Somebody opened the app; `is_home_tab` unless they look at its direct messages."""

    user_id: str
    is_home_tab: bool
    on_screen: OnScreen | None  # what the tab showed them until now; None: nothing yet

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read an `app_home_opened`."""
        payload = Payload(body)
        return cls(
            **cls.envelope(body),
            user_id=payload.text("event", "user"),
            is_home_tab=payload.maybe("event", "tab") == "home",
            on_screen=home_on_screen(payload.find("event", "view")),
        )


@dataclass(frozen=True)
class AccessRevoked(SlackEvent):
    """The workspace removed the app, or Slack revoked its tokens."""

    bot_is_out: bool

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read an `app_uninstalled` or `tokens_revoked`."""
        payload = Payload(body)
        gone = payload.text("event", "type") == "app_uninstalled"
        stamp = payload.find("event_time")
        return cls(
            workspace_id=known_workspace(body),
            event_id=payload.text("event_id"),
            event_us=stamp * 1_000_000 if isinstance(stamp, int) else 0,
            bot_is_out=gone or bool(payload.find("event", "tokens", "bot")),
        )


def _our_name(payload: Payload) -> str:
    """Return the pattern of a mention of the bot."""
    name = re.escape(payload.maybe("authorizations", 0, "user_id") or "")
    return rf"<@{name}(\|[^>]*)?>" if name else r"^\s*<@\w+(\|[^>]*)?>"
