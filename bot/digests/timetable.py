"""When things happen in a workspace: its time zone, each channel's digest slot, and when it retrains."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.digests.week import next_due
from bot.drafts.recurring_rows import plan_anew
from bot.errors import BotError
from bot.runtime.local_time import find_zone
from bot.runtime.schedule import next_cron, next_weekly
from storage.engine import Database
from storage.models import AuditEntry, Channel, Workspace
from storage.types import new_id
from storage.unit_of_work import UnitOfWork


class SlotUnclear(BotError):
    """The words name no weekday and time."""

    code = "slot_unclear"
    sentence = "Say when, like `/draftloop digest friday 15:00`, or `/draftloop digest off`."


@dataclass(frozen=True, slots=True)
class Slot:
    """When a channel's next digest comes, in local time; None when it gets none."""

    timezone: str
    next_at: datetime | None

    @property
    def local(self) -> str | None:
        """The moment as people write it."""
        return (
            None
            if self.next_at is None
            else f"{self.next_at.astimezone(ZoneInfo(self.timezone)):%A %d %B, %H:%M}"
        )


class Timetable:
    """Changes what is due when; every change is one transaction and one audit entry."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def slot(self, workspace_id: str, *, channel_id: str) -> Slot:
        """Return a channel's next digest."""
        async with self._database.begin() as unit:
            workspace, channel = await self._rows(unit, workspace_id, channel_id)
            if channel.digest_enabled and channel.next_digest_at is None:
                channel.next_digest_at = next_due(channel, tz=workspace.timezone, after=self._clock())
            return _slot(workspace, channel)

    async def set_digest(self, workspace_id: str, *, channel_id: str, words: str, user_id: str) -> Slot:
        """Set a channel's digest from words: `friday 15:00`, `on` or `off`.

        Raises:
            SlotUnclear, BadTime: said kindly; nothing is changed.
        """
        async with self._database.begin() as unit:
            workspace, channel = await self._rows(unit, workspace_id, channel_id)
            self.plan_digest(workspace, channel, words=words)
            await self._note(unit, workspace_id, user_id, "digest.scheduled", channel_id)
            return _slot(workspace, channel)

    def plan_digest(self, workspace: Workspace, channel: Channel, *, words: str) -> None:
        """Set a channel's digest from words, in the caller's transaction.

        Raises:
            SlotUnclear, BadTime: said kindly; nothing is changed.
        """
        now = self._clock()
        _apply(channel, words.lower().split(), tz=workspace.timezone, now=now)
        channel.next_digest_at = (
            next_due(channel, tz=workspace.timezone, after=now) if channel.digest_enabled else None
        )

    async def timezone(self, workspace_id: str) -> str:
        """Return the name of a workspace's time zone."""
        async with self._database.begin() as unit:
            return (await unit.workspaces.ensure(workspace_id, now=self._clock())).timezone

    async def set_timezone(self, workspace_id: str, *, name: str, user_id: str) -> str:
        """Set a workspace's time zone and move everything that is planned; return its name.

        Raises:
            BadTime: there is no such zone.
        """
        zone = find_zone(name).key
        async with self._database.begin() as unit:
            workspace = await unit.workspaces.ensure(workspace_id, now=self._clock())
            await self.move_zone(unit, workspace, zone=zone)
            await self._note(unit, workspace_id, user_id, "timezone.changed", zone)
        return zone

    async def move_zone(self, unit: UnitOfWork, workspace: Workspace, *, zone: str) -> None:
        """Set a workspace's time zone and move everything that is planned, in the caller's transaction."""
        workspace.timezone = zone
        for channel in await unit.channels.of_workspace(workspace.id):
            if channel.next_digest_at is not None:
                channel.next_digest_at = next_due(channel, tz=zone, after=self._clock())
        await plan_anew(unit, workspace, now=self._clock())
        workspace.next_retrain_at = None  # The next tick plans it anew.

    async def set_retraining(self, workspace_id: str, *, cron: str | None, user_id: str) -> Slot:
        """Set when a workspace retrains by the clock (five cron fields, local time); None: as the operator set it.

        Raises:
            BadTime: the line cannot be read.
        """
        async with self._database.begin() as unit:
            workspace = await unit.workspaces.ensure(workspace_id, now=self._clock())
            due = next_cron(cron, tz=workspace.timezone, after=self._clock()) if cron else None
            workspace.retrain_cron, workspace.next_retrain_at = cron, due
            await self._note(unit, workspace_id, user_id, "retraining.scheduled", cron or "default")
            return Slot(workspace.timezone, due)

    async def _rows(self, unit: UnitOfWork, workspace_id: str, channel_id: str) -> tuple[Workspace, Channel]:
        workspace = await unit.workspaces.ensure(workspace_id, now=self._clock())
        return workspace, await unit.channels.ensure(workspace_id, channel_id=channel_id)

    async def _note(
        self, unit: UnitOfWork, workspace_id: str, user_id: str, action: str, subject: str
    ) -> None:
        entry = AuditEntry(
            id=new_id(),
            workspace_id=workspace_id,
            at=self._clock(),
            actor_id=user_id,
            action=action,
            subject=subject,
        )
        await unit.audit.add(entry)


def _apply(channel: Channel, words: list[str], *, tz: str, now: datetime) -> None:
    if words in (["on"], ["off"]):
        channel.digest_enabled = words == ["on"]
        return
    if len(words) != 2:
        raise SlotUnclear
    weekday, clock = words
    next_weekly(weekday, clock, tz=tz, after=now)  # Raises when it cannot be read.
    hour, minute = clock.split(":")
    channel.digest_weekday, channel.digest_time, channel.digest_enabled = (
        weekday[:3],
        f"{int(hour):02}:{minute}",
        True,
    )


def _slot(workspace: Workspace, channel: Channel) -> Slot:
    return Slot(workspace.timezone, channel.next_digest_at if channel.digest_enabled else None)
