"""The settings hub: what holds in a channel and its workspace, and the doors to change it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.errors import BotError
from bot.logs import get_logger
from bot.slack.access import AdminNotKnown, Admins
from bot.slack.blocks.settings import HubCard, HubDoor, hub_modal
from bot.slack.fields import Modal
from bot.slack.messenger import Messenger
from bot.team.forms import Place
from bot.team.team_settings import TeamSettings
from bot.team.told import tell_channel, tell_workspace

log = get_logger(__name__)
PATIENCE_SECONDS: Final = (
    0.6  # for Slack to say who is an admin: the hub opens within a second whatever happens
)
REFRESH_SECONDS: Final = 0.7  # for the hub to follow a change, before the form above it is taken


class SettingsHub:
    """Opens the hub for everybody, with doors for those who may go through them, and keeps it up to date."""

    def __init__(self, team: TeamSettings, *, messenger: Messenger, admins: Admins) -> None:
        self._team = team
        self._messenger = messenger
        self._admins = admins
        self._doors: tuple[HubDoor, ...] = ()

    def offer(self, doors: Sequence[HubDoor]) -> None:
        """Show these doors from now on: the handlers behind them know their names."""
        self._doors = tuple(doors)

    async def open(self, workspace_id: str, *, user_id: str, trigger_id: str, channel_id: str | None) -> None:
        """Open the hub while the trigger is fresh.

        Raises:
            SlackRefused, SlackUnreachable: it could not be opened.
        """
        card, is_admin = await asyncio.gather(
            self.card(workspace_id, channel_id=channel_id), self._is_admin(workspace_id, user_id)
        )
        view = hub_modal(replace(card, is_admin=is_admin), metadata=Place(channel_id=channel_id).to_json())
        await self._messenger.open_view(workspace_id, trigger_id=trigger_id, view=view)

    async def refresh(self, workspace_id: str, *, place: Place) -> None:
        """Show an admin who changed something the hub below as it is now; if that fails, it is old until reopened."""
        if place.hub_id is None:
            return
        card = await self.card(workspace_id, channel_id=place.channel_id)
        view = hub_modal(replace(card, is_admin=True), metadata=Place(channel_id=place.channel_id).to_json())
        await self.show(workspace_id, view_id=place.hub_id, view=view)

    async def show(self, workspace_id: str, *, view_id: str, view: Modal) -> None:
        """Show something else in a view below the one that was sent; one that cannot be is old until reopened."""
        try:
            async with asyncio.timeout(REFRESH_SECONDS):
                await self._messenger.update_view(workspace_id, view_id=view_id, view=view)
        except (BotError, TimeoutError) as error:
            log.info("settings_view_not_refreshed", workspace=workspace_id, error=type(error).__name__)

    async def card(self, workspace_id: str, *, channel_id: str | None) -> HubCard:
        """Return what the hub says, without knowing who looks at it."""
        tasks = await self._team.tasks.book(workspace_id)
        ways, policy = (
            await self._team.workspaces.read(workspace_id),
            await self._team.workspaces.policy(workspace_id),
        )
        here = (
            tell_channel(
                await self._team.channels.read(workspace_id, channel_id=channel_id),
                tasks=tasks,
                zone=ways.zone,
            )
            if channel_id
            else ()
        )
        return HubCard(
            channel_id=channel_id,
            here=here,
            workspace=tell_workspace(
                ways, emoji=policy.emoji, tasks=tasks, count_others=self._team.count_other_organisations
            ),
            doors=self._doors,
        )

    async def _is_admin(self, workspace_id: str, user_id: str) -> bool | None:
        """Return whether somebody is an admin; None when Slack does not say in time."""
        try:
            return await self._admins.knows(workspace_id, user_id=user_id, deadline_seconds=PATIENCE_SECONDS)
        except AdminNotKnown:
            return None
