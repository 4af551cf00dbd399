"""Recurring briefs as people handle them: set up, looked at, paused, brought back, taken away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from bot.drafts.recurrence import HOW, Recurrence, RecurrenceUnclear, read_recurrence
from bot.drafts.recurring_rows import line_of, obstacle, without_words
from bot.drafts.request import checked_brief
from bot.errors import BotError
from bot.slack.access import Admins, NotAnAdmin
from bot.slack.blocks.recurring import ENTRIES, RecurringLine, RecurringPage
from bot.team.asking import Asking
from bot.team.audit import note
from storage.engine import Database
from storage.models import RecurringBrief, Workspace
from storage.repositories.recurring import ACTIVE, DELETED, PAUSED
from storage.unit_of_work import UnitOfWork

MOST_PER_CHANNEL: Final = 50
Deed = Literal["pause", "resume", "delete"]
_LARGEST_NUMBER: Final = 2**31 - 1


class RecurringUnknown(BotError):
    """There is no such recurring brief."""

    code = "recurring_unknown"
    sentence = "I do not find that recurring brief; it may be deleted. `/draftloop every list` shows those of a channel."


class RecurringNotYours(BotError):
    """Somebody else set it up, and the person is no admin."""

    code = "recurring_not_yours"
    sentence = "Only the person who set this recurring brief up, or an admin, can change it."


class RecurringFull(BotError):
    """The channel has as many as it may have."""

    code = "recurring_full"
    sentence = (
        f"This channel has {MOST_PER_CHANNEL} recurring briefs, and that is the most I keep. "
        "`/draftloop every list` shows them; delete one that nobody needs."
    )


class RecurringNowhere(BotError):
    """We cannot write in that channel."""

    code = "recurring_nowhere"
    sentence = "I cannot write in that channel now. Type `/invite` and my name there, then try again."


@dataclass(frozen=True)
class RecurringOrder:
    """What somebody wants again and again; `words` say when, and then what."""

    workspace_id: str
    channel_id: str
    creator_id: str
    words: str
    request_key: str


class RecurringBriefs:
    """Takes orders and changes them; every change is one transaction with its audit entry."""

    def __init__(
        self,
        database: Database,
        *,
        asking: Asking,
        admins: Admins,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._asking = asking
        self._admins = admins
        self._clock = clock

    async def add(self, order: RecurringOrder) -> RecurringLine:
        """Keep an order; delivered twice it is one.

        Raises:
            RecurrenceUnclear, BriefMissing, BriefTooLong, RecurringFull, RecurringNowhere: said kindly, nothing was kept.
            NotAsked, AskerNotKnown: they may not ask for drafts here, or Slack does not say.
        """
        recurrence, rest = read_recurrence(order.words)
        if not rest:
            raise RecurrenceUnclear(f"I know when, but not yet what to write. {HOW}")
        text, now = checked_brief(rest), self._clock()
        await self._asking.require(order.workspace_id, channel_id=order.channel_id, user_id=order.creator_id)
        async with self._database.begin() as unit:
            workspace = await unit.workspaces.ensure(order.workspace_id, now=now)
            channel = await unit.channels.ensure(order.workspace_id, channel_id=order.channel_id)
            if obstacle(channel):
                raise RecurringNowhere
            await unit.members.ensure(order.workspace_id, user_id=order.creator_id)
            brief = _new(order, text, recurrence, now=now)
            brief.next_at = recurrence.after(now, tz=workspace.timezone).at
            kept = await unit.recurring.add(brief, limit=MOST_PER_CHANNEL)
            if kept is None:
                raise RecurringFull
            if kept is brief:
                await _note(unit, brief, by=order.creator_id, deed="add", now=now)
            return line_of(kept, workspace=workspace)

    async def page(
        self, workspace_id: str, *, channel_id: str | None = None, reader_id: str, page: int = 0
    ) -> RecurringPage:
        """Return a page of a channel's briefs; without a channel of the reader's own."""
        mine = reader_id if channel_id is None else None
        return await self._page(workspace_id, channel_id=channel_id, creator_id=mine, page=page)

    async def page_of_everybody(self, workspace_id: str, *, reader_id: str, page: int = 0) -> RecurringPage:
        """Return a page of the workspace's briefs, for admins: what others wrote is not for their eyes."""
        found = await self._page(workspace_id, channel_id=None, creator_id=None, page=page)
        lines = [line if line.creator_id == reader_id else without_words(line) for line in found.lines]
        return RecurringPage(lines, found.total, found.page)

    async def id_of(self, workspace_id: str, *, number: str) -> str:
        """Return the id of the brief that people call by a number.

        Raises:
            RecurringUnknown: there is none.
        """
        digits = number.removeprefix("#").removesuffix(".")
        if not (digits.isascii() and digits.isdecimal()) or int(digits) > _LARGEST_NUMBER:
            raise RecurringUnknown(
                "Which one? Say its number, like `/draftloop every pause 2`. `/draftloop every list` shows the numbers."
            )
        async with self._database.read() as unit:
            brief = await unit.recurring.numbered(workspace_id, number=int(digits))
        if brief is None:
            raise RecurringUnknown
        return brief.id

    async def change(self, workspace_id: str, *, brief_id: str, deed: Deed, user_id: str) -> RecurringLine:
        """Pause a brief, bring it back or delete it, for whoever set it up or an admin; twice is once.

        Raises:
            RecurringUnknown, RecurringNotYours, RecurringNowhere: said kindly, nothing was changed.
            AdminNotKnown: Slack is slow.
        """
        await self._require(workspace_id, brief_id=brief_id, user_id=user_id)
        now = self._clock()
        async with self._database.begin() as unit:
            brief = await _standing(unit, workspace_id, brief_id)
            workspace = await unit.workspaces.get(workspace_id)
            line = line_of(brief, workspace=workspace)
            if await _changed(unit, brief, deed, workspace=workspace, user_id=user_id, now=now):
                await _note(unit, brief, by=user_id, deed=deed, now=now)
            return line if deed == "delete" else line_of(brief, workspace=workspace)

    async def _require(self, workspace_id: str, *, brief_id: str, user_id: str) -> None:
        async with self._database.read() as unit:
            brief = await unit.recurring.find(brief_id, workspace_id=workspace_id)
        if brief is None:
            raise RecurringUnknown
        if brief.creator_id == user_id:
            return
        try:
            await self._admins.require(workspace_id, user_id=user_id)
        except NotAnAdmin:
            raise RecurringNotYours from None

    async def _page(
        self, workspace_id: str, *, channel_id: str | None, creator_id: str | None, page: int
    ) -> RecurringPage:
        which: dict[str, Any] = {"channel_id": channel_id, "creator_id": creator_id}
        async with self._database.read() as unit:
            workspace = await unit.workspaces.find(workspace_id)
            _, total = await unit.recurring.shown(workspace_id, **which, limit=0)
            page = max(0, min(page, (total - 1) // ENTRIES))  # The last one may be gone since.
            briefs, _ = await unit.recurring.shown(
                workspace_id, **which, offset=page * ENTRIES, limit=ENTRIES
            )
            lines = [line_of(brief, workspace=workspace) for brief in briefs]
        return RecurringPage(lines, total, page)


async def _standing(unit: UnitOfWork, workspace_id: str, brief_id: str) -> RecurringBrief:
    brief = await unit.recurring.lock(brief_id, workspace_id=workspace_id)
    if brief is None or brief.state == DELETED:
        raise RecurringUnknown
    return brief


async def _changed(
    unit: UnitOfWork, brief: RecurringBrief, deed: Deed, *, workspace: Workspace, user_id: str, now: datetime
) -> bool:
    """Do it; False if it is so already."""
    state = {"pause": PAUSED, "resume": ACTIVE, "delete": DELETED}[deed]
    if brief.state == state:
        return False
    if deed == "resume":
        await _resume(unit, brief, workspace=workspace, user_id=user_id, now=now)
    else:
        brief.next_at = None
    if deed == "delete":
        brief.brief_sealed = None  # Nobody needs the words any more.
    brief.state = state
    return True


async def _resume(
    unit: UnitOfWork, brief: RecurringBrief, *, workspace: Workspace, user_id: str, now: datetime
) -> None:
    if obstacle(await unit.channels.ensure(brief.workspace_id, channel_id=brief.channel_id)):
        raise RecurringNowhere
    creator = await unit.members.find(brief.workspace_id, user_id=brief.creator_id)
    if creator is not None and creator.deactivated:
        brief.creator_id = user_id  # Somebody must be there to hear how it went.
    recurrence = Recurrence.of(brief.weekdays, brief.local_time)
    brief.next_at = recurrence.after(now, tz=workspace.timezone).at


def _new(order: RecurringOrder, text: str, recurrence: Recurrence, *, now: datetime) -> RecurringBrief:
    return RecurringBrief(
        workspace_id=order.workspace_id,
        channel_id=order.channel_id,
        creator_id=order.creator_id,
        request_key=order.request_key,
        brief=text,
        weekdays=recurrence.days_column,
        local_time=recurrence.time_column,
        created_at=now,
    )


async def _note(unit: UnitOfWork, brief: RecurringBrief, *, by: str, deed: str, now: datetime) -> None:
    await note(
        unit,
        brief.workspace_id,
        actor_id=by,
        action=f"recurring.{deed}",
        subject=brief.id,
        now=now,
        details={"number": brief.number, "channel": brief.channel_id},
    )
