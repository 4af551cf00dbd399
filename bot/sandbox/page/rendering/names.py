"""Who is who and what is where, in the eyes of the person who looks at the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, Self
from zoneinfo import ZoneInfo

from bot.sandbox.records import Channel, Member
from bot.sandbox.workspace import Workspace

_ALWAYS_THERE: Final = {"USLACKBOT": "Slackbot"}
Kind = Literal["public", "private", "im"]


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation that the viewer may know of."""

    id: str
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Everything that texts and lists need to know about the workspace."""

    viewer: str
    tz: ZoneInfo
    now: datetime
    people: Mapping[str, str]
    apps: frozenset[str]
    places: Mapping[str, Place]
    groups: Mapping[str, str]
    app: str = ""  # the bot user of the app under test
    here: str = ""  # the conversation on the screen

    @classmethod
    def of(cls, workspace: Workspace, *, viewer: Member, here: str = "") -> Self:
        """Collect the names as one member sees them."""
        members = workspace.members
        return cls(
            viewer=viewer.user_id,
            tz=ZoneInfo(viewer.tz),
            now=datetime.fromtimestamp(workspace.clock(), UTC),
            people={member.user_id: member.name for member in members.values()},
            apps=frozenset(member.user_id for member in members.values() if member.is_bot),
            places={place.id: place for place in _places(workspace, viewer=viewer)},
            groups={group.id: group.handle for group in workspace.groups.values()},
            app=workspace.app.bot_user_id,
            here=here,
        )

    def person(self, user_id: str) -> str:
        """The name of somebody, or the id where nobody has it."""
        return self.people.get(user_id) or _ALWAYS_THERE.get(user_id, user_id)

    def channel(self, channel_id: str, *, otherwise: str = "") -> str:
        """The name of a channel; one that the viewer may not see stays unnamed."""
        place = self.places.get(channel_id)
        return place.name if place else otherwise or "private-channel"


def _places(workspace: Workspace, *, viewer: Member) -> list[Place]:
    return [
        Place(channel.id, _name(workspace, channel, viewer=viewer), _kind(channel))
        for channel in workspace.channels.values()
        if viewer.user_id in channel.members or not (channel.is_private or channel.is_im)
    ]


def _name(workspace: Workspace, channel: Channel, *, viewer: Member) -> str:
    if not channel.is_im:
        return channel.name
    other = next((member for member in channel.members if member != viewer.user_id), viewer.user_id)
    return workspace.members[other].name if other in workspace.members else other


def _kind(channel: Channel) -> Kind:
    if channel.is_im:
        return "im"
    return "private" if channel.is_private else "public"
