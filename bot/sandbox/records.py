"""What the workspace remembers: members, channels, messages, files, views and tokens."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]


def words(line: str) -> frozenset[str]:
    """The words of a line, for long lists of Slack's names."""
    return frozenset(line.split())


@dataclass
class OpenView:
    """A modal on somebody's screen, or their App Home."""

    payload: Json

    @property
    def id(self) -> str:
        """Slack's ``V…`` id."""
        return str(self.payload["id"])

    @property
    def callback_id(self) -> str:
        """The name the app gave it."""
        return str(self.payload.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """What the app hid in it."""
        return str(self.payload.get("private_metadata", ""))

    @property
    def title(self) -> str:
        """The words in the title bar."""
        return str(self.payload.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        """The blocks as the app sent them, with the ids Slack adds."""
        return list(self.payload.get("blocks", []))


@dataclass
class Member:
    """Somebody of the workspace or of a connected organisation: a human or a bot."""

    user_id: str
    name: str
    team_id: str
    is_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    tz: str = "UTC"
    deleted: bool = False
    home: OpenView | None = None
    views: list[OpenView] = field(default_factory=list)
    unseen: deque[OpenView] = field(default_factory=deque)
    ephemerals: list["Message"] = field(default_factory=list)

    @property
    def handle(self) -> str:
        """The short name that payloads carry."""
        return self.name.lower().replace(" ", ".")

    def payload(self) -> Json:
        """Slack's user object."""
        offset = datetime.now(UTC).astimezone(ZoneInfo(self.tz)).utcoffset()
        profile = {"real_name": self.name, "display_name": self.name, "team": self.team_id}
        roles = {"is_admin": self.is_admin, "is_owner": False, "is_primary_owner": False}
        guest = {
            "is_restricted": self.is_guest,
            "is_ultra_restricted": False,
            "is_stranger": self.is_stranger,
        }
        place = {
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
        }
        who = {"id": self.user_id, "team_id": self.team_id, "name": self.handle, "real_name": self.name}
        kind = {"deleted": self.deleted, "is_bot": self.is_bot, "is_app_user": False, "profile": profile}
        return who | kind | roles | guest | place


@dataclass
class Message:
    """One message of a channel, or one that only ``ephemeral_to`` sees."""

    channel: str
    ts: str
    user: str
    text: str
    team: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    metadata: Json | None = None
    thread_ts: str | None = None
    parent_user_id: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    subtype: str | None = None
    edited: Json | None = None
    ephemeral_to: str | None = None
    streaming: bool = False

    def payload(self, *, metadata: bool = False) -> Json:
        """Slack's message object; ``metadata`` only where the caller asked for it."""
        required = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": self.team}
        names = ("subtype", "bot_id", "app_id", "username", "thread_ts", "parent_user_id", "edited")
        optional = {name: getattr(self, name) for name in names if getattr(self, name)}
        lists = {
            name: getattr(self, name) for name in ("blocks", "attachments", "files") if getattr(self, name)
        }
        if self.reactions:
            lists["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ]
        hidden = {"metadata": self.metadata} if metadata and self.metadata else {}
        return required | optional | lists | hidden


@dataclass
class Channel:
    """A conversation: public, private or direct."""

    id: str
    name: str
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    created: int = 0
    members: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    connected_teams: set[str] = field(default_factory=set)
    last_stamp: int = 0

    @property
    def kind(self) -> str:
        """The word in scopes and event names: channels, groups or im."""
        if self.is_im:
            return "im"
        return "groups" if self.is_private else "channels"

    @property
    def event_kind(self) -> str:
        """The word in an event's ``channel_type``."""
        return {"im": "im", "groups": "group", "channels": "channel"}[self.kind]

    def replies(self, thread_ts: str) -> list[Message]:
        """The replies of a thread, oldest first, without its first message."""
        return [m for m in self.messages.values() if m.thread_ts == thread_ts and m.ts != thread_ts]

    def payload(self, viewer: str) -> Json:
        """Slack's conversation object as ``viewer`` sees it."""
        basics = {
            "id": self.id,
            "created": self.created,
            "is_im": self.is_im,
            "is_archived": self.is_archived,
        }
        if self.is_im:
            other = next((member for member in self.members if member != viewer), viewer)
            return basics | {"user": other, "is_org_shared": False}
        shared = bool(self.connected_teams)
        sharing = {"is_shared": shared, "is_ext_shared": shared, "is_org_shared": False}
        naming = {"name": self.name, "name_normalized": self.name, "num_members": len(self.members)}
        kind = {"is_channel": not self.is_private, "is_group": self.is_private, "is_private": self.is_private}
        return basics | naming | kind | sharing | {"is_mpim": False, "is_member": viewer in self.members}


@dataclass
class StoredFile:
    """An uploaded file."""

    id: str
    name: str
    length: int
    user: str
    created: int
    url: str
    title: str = ""
    alt_text: str = ""
    mimetype: str = "application/octet-stream"
    content: bytes | None = None
    completed: bool = False
    channels: list[str] = field(default_factory=list)

    def payload(self) -> Json:
        """Slack's file object."""
        naming = {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
        }
        facts = {"size": self.length, "user": self.user, "created": self.created, "timestamp": self.created}
        places = {"channels": self.channels, "url_private": self.url, "url_private_download": self.url}
        kind = {
            "filetype": self.name.rpartition(".")[2],
            "mode": "hosted",
            "is_external": False,
            "alt_txt": self.alt_text,
        }
        return naming | facts | places | kind


@dataclass
class Grant:
    """What a token may do."""

    token: str
    kind: str
    scopes: frozenset[str]
    revoked: str = ""


@dataclass
class Trigger:
    """A ``trigger_id``: good for one view, for three seconds."""

    user_id: str
    issued_at: float
    view_id: str | None = None
    used: bool = False


@dataclass
class Group:
    """A user group."""

    id: str
    handle: str
    members: list[str]
    name: str = ""
    disabled_at: int = 0

    def payload(self, *, users: bool = False) -> Json:
        """Slack's usergroup object; ``users`` only where the caller asked for them."""
        names = {"id": self.id, "handle": self.handle, "name": self.name or self.handle}
        kind = {
            "is_usergroup": True,
            "is_external": False,
            "auto_type": None,
            "date_delete": self.disabled_at,
        }
        return names | kind | ({"users": self.members} if users else {})
