"""When recurring briefs are due: looks at `next_at`, asks for each draft once, and moves the time on.

A draft belongs to a local date: its request key names it, so that no clock, replica or change of time zone asks for
the same one twice.
"""

from datetime import date, datetime, timedelta
from typing import Final

from bot.drafts.recurrence import Occurrence, Recurrence
from bot.drafts.recurring_rows import line_of, obstacle
from bot.drafts.request import DraftRequest, Drafts
from bot.errors import BotError
from bot.logs import get_logger
from bot.runtime.durable import BACKGROUND, Durable
from bot.runtime.local_time import find_zone, instant
from bot.slack.blocks.recurring import late_text, paused_text
from bot.slack.messenger import Messenger, SlackRefused
from bot.team.audit import note
from storage.engine import Database
from storage.models import Draft, RecurringBrief
from storage.repositories.recurring import PAUSED
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
BATCH: Final = 100
TOO_LATE: Final = timedelta(hours=24)  # What was missed by more is history.
LATE_AFTER: Final = timedelta(minutes=15)
# No weekday is further away, not even across a clock change: a later plan was made by a clock that was wrong.
FARTHEST: Final = timedelta(days=8)
SOURCE: Final = "recurring"
PROGRAM: Final = "draftloop"


class RecurringSchedule:
    """The tick's job for recurring briefs; any number of replicas may run it at once."""

    def __init__(self, database: Database, *, drafts: Drafts, durable: Durable, messenger: Messenger) -> None:
        self._database = database
        self._drafts = drafts
        self._durable = durable
        self._messenger = messenger

    async def run_due(self, now: datetime) -> int:
        """Ask for every draft that is due; return how many were asked for."""
        async with self._database.read() as unit:
            due = [brief.id for brief in await unit.recurring.due(now, too_far=now + FARTHEST, limit=BATCH)]
        return sum([await self._isolated(brief_id, now=now) for brief_id in due])

    async def _isolated(self, brief_id: str, *, now: datetime) -> bool:
        """Handle one brief in its own transaction: one that is broken holds up no other."""
        try:
            async with self._database.begin() as unit:
                return await self._turn(unit, brief_id, now=now)
        except BotError as error:
            log.warning("recurring_not_asked", brief=brief_id, code=error.code)
        return False

    async def _turn(self, unit: UnitOfWork, brief_id: str, *, now: datetime) -> bool:
        brief = await unit.recurring.lock(brief_id)
        if brief is None or brief.next_at is None:
            return False
        is_due = (
            brief.next_at <= now
        )  # Else another replica was here since we looked, or the plan was too far.
        zone = (await unit.workspaces.get(brief.workspace_id)).timezone
        recurrence = Recurrence.of(brief.weekdays, brief.local_time)
        brief.next_at = recurrence.after(now, tz=zone).at
        if not is_due:
            return False
        occurrence = recurrence.latest(now, tz=zone)
        if reason := await _why_not(unit, brief):
            await self._pause(unit, brief, reason, occurrence=occurrence, now=now)
            return False
        if now - occurrence.at >= TOO_LATE:
            log.info("recurring_skipped", brief=brief.id, day=occurrence.day.isoformat())
            return False
        await self._drafts.ask_in(unit, _request(brief, occurrence))
        return True

    async def _pause(
        self, unit: UnitOfWork, brief: RecurringBrief, reason: str, *, occurrence: Occurrence, now: datetime
    ) -> None:
        """Pause a brief that cannot go on, and have somebody told."""
        brief.state, brief.next_at = PAUSED, None
        await note(
            unit,
            brief.workspace_id,
            actor_id=PROGRAM,
            action="recurring.pause",
            subject=brief.id,
            now=now,
            details={"number": brief.number, "reason": reason},
        )
        day = occurrence.day.isoformat()
        await self._durable.enqueue(
            unit,
            "recurring_paused",
            brief.id,
            reason,
            day,
            workflow_id=f"recurring_paused:{brief.id}:{day}",
            queue=BACKGROUND,
        )

    async def tell_paused(self, brief_id: str, reason: str, day: str) -> None:
        """Tell the creator that a brief was paused; about one whose creator is gone, tell the channel."""
        async with self._database.read() as unit:
            brief = await unit.recurring.get(brief_id)
            if brief.state != PAUSED:
                return
            text = paused_text(
                line_of(brief, workspace=await unit.workspaces.get(brief.workspace_id)), reason=reason
            )
        key = f"recurring:{brief_id}:{day}:paused"
        try:
            if reason == "gone":
                await self._messenger.post(
                    brief.workspace_id, channel_id=brief.channel_id, text=text, key=key
                )
            else:
                await self._messenger.direct(brief.workspace_id, user_id=brief.creator_id, text=text, key=key)
        except SlackRefused as error:  # The list of the channel says it, too.
            log.info("pause_not_told", brief=brief_id, code=error.code)

    async def tell_late(self, draft_id: str) -> None:
        """Mark a recurring draft that came late, in its thread; nothing for any other draft."""
        async with self._database.read() as unit:
            draft = await unit.drafts.get(draft_id)
            due = await _due_at(unit, draft) if draft.source == SOURCE else None
            if due is None or draft.created_at - due[0] < LATE_AFTER or draft.message_ts is None:
                return
        try:
            await self._messenger.post(
                draft.workspace_id,
                channel_id=draft.channel_id,
                text=late_text(due[0], timezone=due[1]),
                thread_ts=draft.thread_ts or draft.message_ts,
                key=f"{draft.request_key}:late",
            )
        except SlackRefused as error:  # The draft stands; the mark is a courtesy.
            log.info("lateness_not_told", draft=draft_id, code=error.code)


def _request(brief: RecurringBrief, occurrence: Occurrence) -> DraftRequest:
    return DraftRequest(
        workspace_id=brief.workspace_id,
        channel_id=brief.channel_id,
        requester_id=brief.creator_id,
        brief=brief.brief,
        source="recurring",
        request_key=f"{SOURCE}:{brief.id}:{occurrence.day.isoformat()}",
        task=brief.task,
    )


async def _why_not(unit: UnitOfWork, brief: RecurringBrief) -> str | None:
    """Return why a brief cannot go on: its creator is `gone`, its channel `archived`, or we `left` it."""
    creator = await unit.members.find(brief.workspace_id, user_id=brief.creator_id)
    channel = await unit.channels.ensure(brief.workspace_id, channel_id=brief.channel_id)
    if why := obstacle(channel):
        return why
    return "gone" if creator is not None and creator.deactivated else None


async def _due_at(unit: UnitOfWork, draft: Draft) -> tuple[datetime, str] | None:
    """Return when a recurring draft was due, and the zone it goes by."""
    _, brief_id, day = draft.request_key.split(":")
    brief = await unit.recurring.find(brief_id, workspace_id=draft.workspace_id)
    if brief is None:
        return None
    zone = (await unit.workspaces.get(draft.workspace_id)).timezone
    clock = Recurrence.of(brief.weekdays, brief.local_time).clock
    wall = datetime.combine(date.fromisoformat(day), clock)
    return instant(wall, zone=find_zone(zone)), zone
