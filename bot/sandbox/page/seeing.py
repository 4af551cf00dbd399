"""What somebody may see and do where: channels, the app's direct messages, the app's Home."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.people import Person
from bot.sandbox.records import Channel, Member
from bot.sandbox.workspace import Workspace

HOME = "app-home"
Kind = Literal["channel", "app", "app-home"]


@dataclass(frozen=True)
class Place:
    """Where somebody is: a channel, the app's direct messages, or (without a channel) the app's Home."""

    channel: Channel | None

    @property
    def id(self) -> str:
        """The value of ``in``."""
        return self.channel.id if self.channel else HOME

    @property
    def kind(self) -> Kind:
        """What sort of place it is."""
        if self.channel is None:
            return "app-home"
        return "app" if self.channel.is_im else "channel"


def players(people: Iterable[Person]) -> list[Person]:
    """Whom the visitor may be: every human who is still there."""
    return [person for person in people if not (person.member.deleted or person.member.is_bot)]


def role(member: Member) -> str:
    """What somebody is in the workspace."""
    if member.is_stranger:
        return "external"
    if member.is_guest:
        return "guest"
    return "admin" if member.is_admin else "member"


def may_see(channel: Channel, member: Member) -> bool:
    """Whether somebody may look into a channel: their own ones, and every public one unless they are guests."""
    if member.user_id in channel.members:
        return True
    return not (channel.is_private or channel.is_im or member.is_guest or member.is_stranger)


def may_join(channel: Channel, member: Member) -> bool:
    """Whether somebody sees *Join*."""
    outside = member.user_id not in channel.members
    return outside and may_see(channel, member) and not channel.is_archived


def why_not_write(channel: Channel, member: Member, *, app_name: str) -> str:
    """Why somebody cannot write there; empty when they can."""
    name = app_name if channel.is_im else f"#{channel.name}"
    if channel.is_archived:
        return f"{name} is archived."
    if member.user_id not in channel.members:
        return f"You are not in {name} yet. Join it to write."
    return ""


def channels_of(workspace: Workspace, member: Member) -> list[Channel]:
    """The channels somebody may see, those they are in first; archived ones only where they are in."""
    seen = [c for c in workspace.channels.values() if not c.is_im and may_see(c, member)]
    mine = [channel for channel in seen if member.user_id in channel.members]
    others = [channel for channel in seen if may_join(channel, member)]
    return mine + others


def place_of(workspace: Workspace, person: Person, reference: str) -> Place:
    """The place somebody asked for, or where they begin when they may not see it."""
    if reference == HOME:
        return Place(None)
    channel = workspace.channels.get(reference)
    if channel is not None and may_see(channel, person.member):
        return Place(channel)
    mine = [c for c in channels_of(workspace, person.member) if person.user_id in c.members]
    return Place(mine[0] if mine else None)
