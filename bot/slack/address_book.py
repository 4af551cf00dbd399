"""Which workspaces, channels and people we know, kept up to date from what Slack tells us."""

from collections.abc import Callable
from datetime import datetime

from bot.slack.directory import SlackChannel, SlackUser
from storage.engine import Database
from storage.models import Channel

_KEPT_SETTINGS = (
    "default_task",
    "tone",
    "who_may_ask",
    "reviewer_group",
    "reviewers_per_draft",
    "digest_enabled",
    "digest_weekday",
    "digest_time",
    "next_digest_at",
    "greeted_at",
)


class AddressBook:
    """Keeps workspaces, channels and members; each call is one short transaction, and twice is once."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def workspace_seen(
        self, workspace_id: str, *, name: str, bot_user_id: str | None, bot_id: str | None
    ) -> None:
        """Note a workspace and who we are in it."""
        async with self._database.begin() as unit:
            await unit.workspaces.ensure(
                workspace_id, name=name, bot_user_id=bot_user_id, bot_id=bot_id, now=self._clock()
            )

    async def bot_joined(self, workspace_id: str, *, channel_id: str) -> None:
        """Note that we are in a channel."""
        async with self._database.begin() as unit:
            channel = await unit.channels.ensure(workspace_id, channel_id=channel_id)
            channel.bot_is_member, channel.archived = True, False

    async def bot_left(self, workspace_id: str, *, channel_id: str) -> None:
        """Note that we are no longer in a channel."""
        async with self._database.begin() as unit:
            channel = await unit.channels.ensure(workspace_id, channel_id=channel_id)
            channel.bot_is_member = False

    async def channel_renamed(self, workspace_id: str, *, channel_id: str, name: str) -> None:
        """Note a channel's new name."""
        async with self._database.begin() as unit:
            await unit.channels.ensure(workspace_id, channel_id=channel_id, name=name)

    async def channel_archived(self, workspace_id: str, *, channel_id: str) -> None:
        """Note that a channel is closed: nothing is posted there any more."""
        async with self._database.begin() as unit:
            channel = await unit.channels.ensure(workspace_id, channel_id=channel_id)
            channel.archived = True

    async def channel_moved(self, workspace_id: str, *, old_id: str, new_id: str) -> None:
        """Carry a channel's settings over to its new id (Slack changes it when a channel becomes shared)."""
        async with self._database.begin() as unit:
            old = await unit.channels.ensure(workspace_id, channel_id=old_id)
            if old.archived:
                return
            new = await unit.channels.ensure(workspace_id, channel_id=new_id, name=old.name)
            _copy_settings(old, new)
            old.archived, old.bot_is_member, old.next_digest_at = True, False, None
            await unit.recurring.move(workspace_id, old_id=old_id, new_id=new_id)

    async def channel_learned(self, workspace_id: str, *, channel: SlackChannel) -> None:
        """Note what Slack says about a channel we know."""
        async with self._database.begin() as unit:
            known = await unit.channels.get(workspace_id, channel_id=channel.id)
            known.name = channel.name or known.name
            known.archived, known.bot_is_member = channel.is_archived, channel.is_member
            known.refreshed_at = self._clock()

    async def asked_slack_about(
        self, workspace_id: str, *, channel_id: str | None = None, user_id: str | None = None
    ) -> None:
        """Note that Slack was asked about a channel or a person, so that it is not asked again and again."""
        async with self._database.begin() as unit:
            if channel_id is not None:
                (await unit.channels.get(workspace_id, channel_id=channel_id)).refreshed_at = self._clock()
            if user_id is not None:
                (await unit.members.ensure(workspace_id, user_id=user_id)).refreshed_at = self._clock()

    async def person_changed(self, workspace_id: str, *, user: SlackUser) -> None:
        """Note what Slack says about a person, if we know them: strangers are not collected."""
        async with self._database.begin() as unit:
            member = await unit.members.find(workspace_id, user_id=user.id)
            if member is None:
                return
            member.home_team_id = user.team_id or member.home_team_id
            member.name = user.name or member.name
            member.timezone = user.timezone or member.timezone
            member.deactivated, member.is_bot = user.deactivated, user.is_bot
            member.is_admin, member.is_guest = user.is_admin, user.is_guest

    async def access_revoked(self, workspace_id: str) -> None:
        """Drop the token of a workspace that removed us; what it taught us stays until it asks to be erased."""
        async with self._database.begin() as unit:
            await unit.installations.remove(workspace_id)


def _copy_settings(old: Channel, new: Channel) -> None:
    for name in _KEPT_SETTINGS:
        setattr(new, name, getattr(old, name))
    new.bot_is_member = old.bot_is_member
