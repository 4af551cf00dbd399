"""The forms of the settings: what they show now, and what somebody who sent one wants."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.errors import BotError, FormError
from bot.runtime.local_time import WEEKDAYS
from bot.slack.blocks.settings_channel import NOBODY, ChannelForm, channel_modal
from bot.slack.blocks.settings_tasks import TaskList, TaskRow, task_modal, tasks_modal
from bot.slack.blocks.settings_workspace import WorkspaceForm, workspace_modal
from bot.slack.fields import Modal
from bot.slack.groups import UserGroups
from bot.slack.messenger import Messenger
from bot.team.channels import NO_DIGEST, ChannelWays
from bot.team.forms import Place
from bot.team.task_editor import TaskGone
from bot.team.task_form import seen_of
from bot.team.tasks import PLAIN, TASKS, TaskBook
from bot.team.team_settings import TeamSettings
from bot.team.workspaces import WorkspaceWays

PATIENCE_SECONDS: Final = 1.0  # for Slack, while somebody waits for a form
_OTHERS: Final[Mapping[str | None, bool | None]] = {"count": True, "do_not": False}
_RULES_HERE: Final[Mapping[str | None, bool]] = {"evidence": False, "admin": True}
_OTHERS_AS: Final = {True: "count", False: "do_not", None: None}

Values = Mapping[str, str | None]


class SettingsForms:
    """Builds the forms, and reads what stands in one that was sent."""

    def __init__(self, team: TeamSettings, *, messenger: Messenger, groups: UserGroups) -> None:
        self._channels, self._workspaces, self._tasks = team.channels, team.workspaces, team.tasks
        self._count_others = team.count_other_organisations
        self._messenger = messenger
        self._groups = groups

    async def channel(self, workspace_id: str, *, place: Place) -> Modal:
        """Build the form *This channel*."""
        ways = await self._channels.read(workspace_id, channel_id=place.channel_id or "")
        groups = await self._known_groups(workspace_id)
        book = await self._tasks.book(workspace_id)
        form = ChannelForm(
            channel_id=ways.channel_id,
            tasks=_choices(book, ways.task),
            task=ways.task,
            tone=ways.tone,
            who=ways.who,
            groups=groups,
            group=ways.group,
            may_see_groups=self._groups.allowed(workspace_id),
            reviewers=ways.reviewers,
            digest=ways.digest,
            digest_time=ways.digest_time,
            rules_need_admin=ways.rules_need_admin,
            zone=(await self._workspaces.read(workspace_id)).zone,
        )
        return channel_modal(form, metadata=replace(place, seen=ways.seen).to_json())

    async def channel_ways(self, workspace_id: str, *, place: Place, values: Values) -> ChannelWays:
        """Return the channel's settings as somebody sent them; what the form did not ask for stays.

        Raises:
            FormError: the group is none of this workspace.
        """
        now = await self._channels.read(workspace_id, channel_id=place.channel_id or "")
        chosen = values.get("group") or now.group
        group = None if chosen == NOBODY else chosen
        if group not in (None, now.group) and group not in (await self._known_groups(workspace_id) or {}):
            raise FormError({"group": "I cannot find that group any more. Please pick another."})
        return ChannelWays(
            channel_id=now.channel_id,
            task=values.get("task") or now.task,
            tone=" ".join((values.get("tone") or "").split()),
            who=values.get("who") or now.who,
            group=group,
            reviewers=_number(values.get("reviewers"), otherwise=now.reviewers),
            digest=_known_day(values.get("digest"), otherwise=now.digest),
            digest_time=values.get("digest_time") or now.digest_time,
            rules_need_admin=_RULES_HERE.get(values.get("rules_here"), now.rules_need_admin),
        )

    async def workspace(self, workspace_id: str, *, place: Place) -> Modal:
        """Build the form *Workspace*."""
        ways = await self._workspaces.read(workspace_id)
        form = WorkspaceForm(
            zone=ways.zone,
            quorum=ways.flag_quorum,
            implicit=ways.implicit,
            others=_OTHERS_AS[ways.other_organisations],
            others_installed=self._count_others,
            admin_channel=ways.admin_channel,
            rules_by=ways.rules_by,
        )
        return workspace_modal(form, metadata=replace(place, seen=ways.seen).to_json())

    async def workspace_ways(self, workspace_id: str, *, values: Values) -> WorkspaceWays:
        """Return the workspace's settings as somebody sent them.

        Raises:
            FormError: I am not a member of the channel for admins.
        """
        now = await self._workspaces.read(workspace_id)
        admin_channel = values.get("admin_channel")
        if admin_channel not in (None, now.admin_channel):
            await self._require_membership(workspace_id, str(admin_channel))
        return WorkspaceWays(
            zone=values.get("settings_zone") or now.zone,
            flag_quorum=_number(values.get("quorum"), otherwise=-1),
            implicit=values.get("implicit") == "on",
            other_organisations=_OTHERS.get(values.get("others")),
            admin_channel=admin_channel,
            rules_by=values.get("rules_by") or now.rules_by,
        )

    async def tasks(self, workspace_id: str, *, place: Place) -> Modal:
        """Build the list of tasks."""
        book = await self._tasks.book(workspace_id)
        listed = TaskList.of([_row(book, name) for name in book.tasks], page=place.page)
        return tasks_modal(listed, metadata=replace(place, page=listed.page).to_json())

    async def task(self, workspace_id: str, *, place: Place) -> Modal:
        """Build the form for the task that `place` is about; for a new one if it is about none.

        Raises:
            TaskGone: there is no such task.
        """
        if place.subject is None:
            return task_modal(None, metadata=place.to_json())
        book = await self._tasks.book(workspace_id)
        if place.subject not in book.tasks:
            raise TaskGone
        seen = seen_of(book.tasks[place.subject])
        return task_modal(_row(book, place.subject), metadata=replace(place, seen=seen).to_json())

    async def _known_groups(self, workspace_id: str) -> dict[str, str] | None:
        """Return Slack's user groups; None when Slack does not say."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                groups = await self._groups.all(workspace_id)
        except (BotError, TimeoutError):
            return None
        return {group.id: f"@{group.handle} · {group.name}" for group in groups}

    async def _require_membership(self, workspace_id: str, channel_id: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                channel = await self._messenger.channel(workspace_id, channel_id=channel_id)
        except (BotError, TimeoutError):
            sentence = "I could not look into that channel. Invite me there, then save again."
            raise FormError({"admin_channel": sentence}) from None
        if not channel.is_member:
            raise FormError({"admin_channel": "I am not a member there yet. Invite me, then save again."})


def _choices(book: TaskBook, current: str) -> dict[str, str]:
    """Return titles by name of what may be picked, and of what is there already."""
    choices = {task.name: task.title for task in book.offered()}
    if current not in choices:
        choices[current] = f"{book.get(current).title} (retired: drafts are plain)"
    return choices


def _row(book: TaskBook, name: str) -> TaskRow:
    task = book.tasks[name]
    kind = ("changed" if name in TASKS else "own") if name in book.own else "ours"
    return TaskRow(
        name=name,
        title=task.title,
        instructions=task.instructions,
        kind=kind,
        retired=name in book.retired,
        may_retire=name != PLAIN.name,
    )


def _number(text: str | None, *, otherwise: int) -> int:
    """Return what a number field holds; what is no number is -1, which no field takes."""
    if text is None:
        return otherwise
    return int(text) if text.isascii() and text.isdigit() else -1


def _known_day(day: str | None, *, otherwise: str) -> str:
    if day is None:
        return otherwise
    if day not in (*WEEKDAYS, NO_DIGEST):
        raise FormError({"digest": "Please pick a day from the list."})
    return day
