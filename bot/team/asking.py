"""Who may ask for drafts in a channel: checked at the moment somebody asks; when Slack cannot say, nobody."""

import asyncio
from typing import Final

from bot.errors import BotError, FormError
from bot.slack.access import Admins
from bot.slack.groups import UserGroups
from bot.team.channels import EVERYBODY, REVIEWERS, ChannelWays
from storage.engine import Database

ANSWER_SECONDS: Final = 2.0  # A slash command has three.
_FIELD: Final = "channel"  # of the modal *New draft*, beside which it is said


class NotAsked(FormError):
    """This person may not ask for drafts here; the sentence names who may."""

    code = "may_not_ask"

    def __init__(self, sentence: str) -> None:
        super().__init__({_FIELD: sentence})


class AskerNotKnown(FormError):
    """Slack did not say in time whether somebody may ask."""

    code = "asker_not_known"
    sentence = (
        "Only some people may ask me for drafts in that channel, and Slack did not tell me in time whether you are "
        "one of them. Please try again in a moment."
    )

    def __init__(self) -> None:
        super().__init__({_FIELD: self.sentence})


class Asking:
    """Lets those ask who may: everybody, a channel's reviewers, or admins; admins always may."""

    def __init__(
        self,
        database: Database,
        *,
        admins: Admins,
        groups: UserGroups,
        deadline_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._database = database
        self._admins = admins
        self._groups = groups
        self._deadline_seconds = deadline_seconds

    async def require(self, workspace_id: str, *, channel_id: str, user_id: str) -> None:
        """Let somebody pass who may ask for drafts in a channel.

        Raises:
            NotAsked: others may, the sentence says who.
            AskerNotKnown: Slack is slow or cannot be asked.
        """
        async with self._database.read() as unit:
            channel = await unit.channels.find(workspace_id, channel_id=channel_id)
        ways = ChannelWays.of(channel) if channel else ChannelWays(channel_id)
        if ways.who == EVERYBODY:
            return
        try:
            async with asyncio.timeout(self._deadline_seconds):
                if await self._may(workspace_id, ways, user_id):
                    return
                who = await self._names(workspace_id, ways)
        except (BotError, TimeoutError):
            raise AskerNotKnown from None
        raise NotAsked(
            f"In that channel only {who} may ask me for drafts. Ask one of them, or ask an admin to change it with "
            "/draftloop settings."
        )

    async def _may(self, workspace_id: str, ways: ChannelWays, user_id: str) -> bool:
        if ways.who == REVIEWERS and ways.group:
            members = await self._groups.members(workspace_id, group_id=ways.group)
            if user_id in members:
                return True
        return await self._admins.knows(workspace_id, user_id=user_id)

    async def _names(self, workspace_id: str, ways: ChannelWays) -> str:
        """Return who may ask, in words that mention nobody."""
        if ways.who != REVIEWERS or not ways.group:
            return "admins of this workspace"
        groups = await self._groups.all(workspace_id)
        handle = next((group.handle for group in groups if group.id == ways.group), "")
        return f"the reviewers{f' (@{handle})' if handle else ''} and admins"
