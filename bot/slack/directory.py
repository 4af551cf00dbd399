"""What Slack says about people and channels, as far as the bot needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SlackUser:
    """A person or bot of a workspace, or of another one in a shared channel."""

    id: str
    name: str
    team_id: str
    timezone: str | None
    is_admin: bool
    is_bot: bool
    is_guest: bool
    deactivated: bool

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "SlackUser":
        """Read Slack's user object."""
        profile = body.get("profile") or {}
        return cls(
            id=str(body["id"]),
            name=str(profile.get("display_name") or body.get("real_name") or body.get("name") or ""),
            team_id=str(body.get("team_id") or profile.get("team") or ""),
            timezone=body.get("tz") or None,
            is_admin=bool(body.get("is_admin") or body.get("is_owner")),
            is_bot=bool(body.get("is_bot")),
            is_guest=bool(body.get("is_restricted") or body.get("is_ultra_restricted")),
            deactivated=bool(body.get("deleted")),
        )


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """A channel or direct message."""

    id: str
    name: str
    is_member: bool
    is_private: bool
    is_archived: bool
    is_direct: bool

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "SlackChannel":
        """Read Slack's conversation object."""
        return cls(
            id=str(body["id"]),
            name=str(body.get("name") or ""),
            is_member=bool(body.get("is_member")),
            is_private=bool(body.get("is_private")),
            is_archived=bool(body.get("is_archived")),
            is_direct=bool(body.get("is_im")),
        )
