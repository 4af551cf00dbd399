"""What admins find in their Home tab besides: their channels, events that were parked, and what comes next."""

from collections.abc import Callable
from datetime import datetime

from bot.digests.timetable import Slot
from bot.home.channels import read_channels
from bot.home.state import HomeState
from bot.scoring.held_groups import read_holds
from bot.slack.blocks.home_admin import (
    MOST_PARKED,
    AdminPart,
    ParkedLine,
    ParkedPart,
    SchedulePart,
)
from bot.team.audit import note
from storage.engine import Database
from storage.inbox_store import InboxStore
from storage.models import Channel, RecurringBrief
from storage.unit_of_work import UnitOfWork

MOST_PLANNED = 3  # of each kind


class AdminReader:
    """Reads the admins' part; whoever calls has made sure that it is for an admin."""

    def __init__(self, database: Database, *, inbox: InboxStore, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._inbox = inbox
        self._clock = clock

    async def read(self, workspace_id: str, *, state: HomeState) -> AdminPart:
        """Read the part with the page of channels that is asked for."""
        now = self._clock()
        async with self._database.read() as unit:
            channels = await read_channels(unit, workspace_id, state=state, now=now)
            schedule = await _schedule(unit, workspace_id, now=now)
            holds = await read_holds(unit, workspace_id)
        parked = await self._parked(workspace_id, schedule.timezone)
        return AdminPart(channels, parked, schedule, holds)

    async def _parked(self, workspace_id: str, timezone: str) -> ParkedPart:
        count, latest = await self._inbox.parked(workspace_id, limit=MOST_PARKED)
        return ParkedPart(
            count,
            tuple(
                ParkedLine(event.event_id, event.type, _local(event.received_at, timezone), event.error or "")
                for event in latest
            ),
        )


class ParkedEvents:
    """Puts a workspace's parked events back into the line, for its admins."""

    def __init__(self, database: Database, *, inbox: InboxStore, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._inbox = inbox
        self._clock = clock

    async def replay(self, workspace_id: str, *, user_id: str, event_id: str | None = None) -> int:
        """Put one parked event of the workspace back, or all of them; return how many that were.

        It is in the audit log first: the inbox may be another file, and nothing may be replayed unrecorded.
        """
        now = self._clock()
        async with self._database.begin() as unit:
            subject = (event_id or "all")[:255]
            await note(
                unit, workspace_id, actor_id=user_id, action="inbox.replayed", subject=subject, now=now
            )
        return await self._inbox.replay(event_id, now=now, workspace_id=workspace_id)


async def _schedule(unit: UnitOfWork, workspace_id: str, *, now: datetime) -> SchedulePart:
    workspace = await unit.workspaces.find(workspace_id)
    timezone = workspace.timezone if workspace else "UTC"
    retrain_at = workspace.next_retrain_at if workspace else None
    digests = await unit.home.coming_digests(workspace_id, after=now, limit=MOST_PLANNED + 1)
    briefs = await unit.home.coming_briefs(workspace_id, limit=MOST_PLANNED + 1)
    return SchedulePart(
        timezone,
        digests=_shortened([_digest(channel, timezone) for channel in digests]),
        retraining=_local(retrain_at, timezone) if retrain_at else "",
        briefs=_shortened([_brief(brief, timezone) for brief in briefs]),
    )


def _shortened(lines: list[str]) -> tuple[str, ...]:
    return (*lines[:MOST_PLANNED], "… and more") if len(lines) > MOST_PLANNED else tuple(lines)


def _digest(channel: Channel, timezone: str) -> str:
    return f"{_local(channel.next_digest_at, timezone)} in <#{channel.id}>"


def _brief(brief: RecurringBrief, timezone: str) -> str:
    """Say when and where; what it is about belongs to the people of that channel."""
    return f"{_local(brief.next_at, timezone)} in <#{brief.channel_id}> (number {brief.number})"


def _local(moment: datetime | None, timezone: str) -> str:
    return Slot(timezone, moment).local or ""
