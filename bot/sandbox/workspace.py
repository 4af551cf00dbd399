"""The state of the sandbox's workspace and the questions every part asks of it."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Self

from bot.sandbox.errors import SlackError
from bot.sandbox.records import (
    Channel,
    Grant,
    Group,
    Json,
    Member,
    Message,
    OpenView,
    StoredFile,
    Trigger,
    words,
)

# What the app asks for in its manifest: the least scopes, and the optional ones (acknowledging replies, reviewers).
SCOPES = words(
    "app_mentions:read channels:history channels:read chat:write commands files:write groups:history groups:read "
    "im:history im:write reactions:read reactions:write usergroups:read users:read"
)
EVENTS = words(
    "app_home_opened app_mention app_uninstalled channel_archive channel_id_changed channel_rename group_archive "
    "member_joined_channel member_left_channel message.channels message.groups message.im reaction_added "
    "reaction_removed tokens_revoked user_change"
)


def _secret(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True)
class AppCommand:
    """A slash command of the app, with what Slack's client shows while somebody types it."""

    name: str
    description: str = ""
    usage: str = ""


@dataclass(frozen=True)
class AppShortcut:
    """A shortcut of the app: in the composer's menu (``global``) or in a message's (``message``)."""

    callback_id: str
    name: str
    kind: str = "global"
    description: str = ""


@dataclass
class App:
    """The app under test as Slack knows it: its ids, secrets, scopes, subscriptions, commands and shortcuts."""

    name: str = "Draftloop"
    app_id: str = "A0SANDBOX"
    bot_id: str = "B0SANDBOX"
    bot_user_id: str = "U0SANDBOXBOT"
    signing_secret: str = field(default_factory=lambda: _secret(""))
    bot_token: str = field(default_factory=lambda: _secret("xoxb-sandbox-"))
    app_token: str = field(default_factory=lambda: _secret("xapp-1-sandbox-"))
    client_id: str = field(default_factory=lambda: _secret("client-"))
    client_secret: str = field(default_factory=lambda: _secret(""))
    verification_token: str = field(default_factory=lambda: _secret(""))
    scopes: frozenset[str] = SCOPES
    events: frozenset[str] = EVENTS
    commands: tuple[AppCommand, ...] = ()
    shortcuts: tuple[AppShortcut, ...] = ()

    @classmethod
    def of_manifest(cls, manifest: Json, **ids: str) -> Self:
        """The app that Slack would make of a manifest; ``ids`` are ids and secrets to keep.

        Raises:
            KeyError: the manifest lacks a part.
        """
        features, settings = manifest["features"], manifest["settings"]
        return cls(
            name=manifest["display_information"]["name"],
            scopes=frozenset(manifest["oauth_config"]["scopes"]["bot"]),
            events=frozenset(settings["event_subscriptions"]["bot_events"]),
            commands=tuple(_command(entry) for entry in features.get("slash_commands", [])),
            shortcuts=tuple(_shortcut(entry) for entry in features.get("shortcuts", [])),
            **ids,
        )


def _command(entry: Json) -> AppCommand:
    return AppCommand(entry["command"], entry.get("description", ""), entry.get("usage_hint", ""))


def _shortcut(entry: Json) -> AppShortcut:
    return AppShortcut(entry["callback_id"], entry["name"], entry["type"], entry.get("description", ""))


class Workspace:
    """Everything Slack would keep in its databases, in memory."""

    def __init__(self, app: App, *, team_id: str, clock: Callable[[], float]) -> None:
        self.app = app
        self.team_id = team_id
        self.clock = clock
        self.base_url = ""
        self.publish: Callable[[Json], None] = lambda _event: None
        self.watchers: list[Callable[[], None]] = []
        self.members: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, StoredFile] = {}
        self.groups: dict[str, Group] = {}
        self.views: dict[str, OpenView] = {}
        self.triggers: dict[str, Trigger] = {}
        self.oauth_codes: dict[str, frozenset[str]] = {}
        self.tickets: set[str] = set()
        self.grants = {
            app.bot_token: Grant(app.bot_token, "bot", app.scopes),
            app.app_token: Grant(app.app_token, "app", frozenset({"connections:write"})),
        }
        self._numbers = count(1)
        self._last_event = 0
        self.bot = Member(app.bot_user_id, app.name, team_id, is_bot=True)
        self.members[app.bot_user_id] = self.bot

    def note_change(self) -> None:
        """Tell whoever watches that something may look different now."""
        for watch in self.watchers:
            watch()

    def new_id(self, prefix: str) -> str:
        """An id in Slack's look, unique in this workspace."""
        return f"{prefix}0{next(self._numbers):09X}"

    @property
    def last_moment(self) -> float:
        """When the last thing happened here, in seconds since 1970."""
        return self._last_event / 1e6

    def last_given(self) -> tuple[int, int]:
        """The number and the moment (in microseconds) that are given out by now, for whoever keeps the workspace."""
        return next(self._numbers), self._last_event

    def go_on_after(self, number: int, *, moment: int) -> None:
        """Give out only later numbers and moments from now on, as a workspace that was kept must."""
        self._numbers = count(number + 1)
        self._last_event = max(moment, self._last_event)

    def now(self) -> int:
        """Whole seconds since 1970."""
        return int(self.clock())

    def message_ts(self, channel: Channel) -> str:
        """A ``ts`` that is unique in its channel only, as Slack's are."""
        channel.last_stamp = max(int(self.clock() * 1e6), channel.last_stamp + 1)
        self._last_event = max(self._last_event, channel.last_stamp)
        return _stamp(channel.last_stamp)

    def event_ts(self) -> str:
        """The moment of an event; later events have later moments."""
        self._last_event = max(int(self.clock() * 1e6), self._last_event + 1)
        return _stamp(self._last_event)

    def channel(self, reference: str) -> Channel:
        """The channel of an id, ``#name`` or, for a direct message, a user's id.

        Raises:
            SlackError: ``channel_not_found``.
        """
        if reference in self.channels:
            return self.channels[reference]
        if reference in self.members:
            return self.direct_channel(reference)
        for channel in self.channels.values():
            if not channel.is_im and channel.name == reference.removeprefix("#"):
                return channel
        raise SlackError("channel_not_found")

    def direct_channel(self, user_id: str) -> Channel:
        """The bot's direct message channel with somebody, opened on first use."""
        for channel in self.channels.values():
            if channel.is_im and user_id in channel.members:
                return channel
        members = [user_id, self.app.bot_user_id]
        channel = Channel(
            self.new_id("D"), user_id, is_private=True, is_im=True, created=self.now(), members=members
        )
        self.channels[channel.id] = channel
        return channel

    def member(self, user_id: str) -> Member:
        """Somebody by id.

        Raises:
            SlackError: ``user_not_found``.
        """
        if user_id not in self.members:
            raise SlackError("user_not_found")
        return self.members[user_id]

    def message(self, channel: Channel, *, ts: str) -> Message:
        """A message by its place.

        Raises:
            SlackError: ``message_not_found``.
        """
        if ts not in channel.messages:
            raise SlackError("message_not_found")
        return channel.messages[ts]

    def can_see(self, channel: Channel) -> bool:
        """Whether the bot may know that the channel exists."""
        return not channel.is_private or self.app.bot_user_id in channel.members

    def visible_channels(self) -> Iterator[Channel]:
        """The channels the bot may know of, oldest first."""
        return (channel for channel in self.channels.values() if self.can_see(channel))

    def issue_trigger(self, user_id: str, *, view_id: str | None = None) -> str:
        """A fresh ``trigger_id`` for something that a person just did."""
        trigger_id = f"{next(self._numbers)}.{self.now()}.{secrets.token_hex(8)}"
        self.triggers[trigger_id] = Trigger(user_id, self.clock(), view_id)
        return trigger_id


def _stamp(microseconds: int) -> str:
    return f"{microseconds // 10**6}.{microseconds % 10**6:06d}"
