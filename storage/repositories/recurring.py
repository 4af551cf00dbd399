"""Recurring briefs of workspaces and channels."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from storage.models import RecurringBrief, Workspace
from storage.repositories.base import Repository, found

ACTIVE, PAUSED, DELETED = "active", "paused", "deleted"


class RecurringBriefs(Repository):
    """What is drafted again and again; deleted ones are not shown any more."""

    async def add(self, brief: RecurringBrief, *, limit: int) -> RecurringBrief | None:
        """Keep a new brief under the workspace's next number; None if its channel has `limit` of them already.

        The same request (`request_key`) again returns the brief there is.
        """
        await self._take_turns(brief.workspace_id)
        known = await self._session.scalar(
            select(RecurringBrief).where(
                RecurringBrief.workspace_id == brief.workspace_id,
                RecurringBrief.request_key == brief.request_key,
            )
        )
        if known is not None:
            return known
        if await self._count(_shown(brief.workspace_id, channel_id=brief.channel_id)) >= limit:
            return None
        last = select(func.max(RecurringBrief.number)).where(
            RecurringBrief.workspace_id == brief.workspace_id
        )
        brief.number = (await self._session.scalar(last) or 0) + 1
        self._session.add(brief)
        await self._session.flush()
        return brief

    async def _take_turns(self, workspace_id: str) -> None:
        """Let replicas number briefs one after the other."""
        await self._session.execute(
            select(Workspace.id).where(Workspace.id == workspace_id).with_for_update()
        )

    async def find(self, brief_id: str, *, workspace_id: str) -> RecurringBrief | None:
        """Return the brief, deleted or not, if it is that workspace's."""
        brief = await self._session.get(RecurringBrief, brief_id)
        return None if brief is None or brief.workspace_id != workspace_id else brief

    async def get(self, brief_id: str) -> RecurringBrief:
        """Return the brief, deleted or not.

        Raises:
            NotFound: there is none.
        """
        return found(await self._session.get(RecurringBrief, brief_id), "recurring brief", brief_id)

    async def numbered(self, workspace_id: str, *, number: int) -> RecurringBrief | None:
        """Return the brief of that number, unless it is deleted."""
        called = select(RecurringBrief).where(*_shown(workspace_id), RecurringBrief.number == number)
        return await self._session.scalar(called)

    async def lock(self, brief_id: str, *, workspace_id: str | None = None) -> RecurringBrief | None:
        """Return the brief as it is now, deleted or not; nobody else changes it until this transaction ends."""
        wanted = select(RecurringBrief).where(RecurringBrief.id == brief_id).with_for_update()
        brief = await self._session.scalar(wanted.execution_options(populate_existing=True))
        return None if brief is None or workspace_id not in {None, brief.workspace_id} else brief

    async def shown(
        self,
        workspace_id: str,
        *,
        channel_id: str | None = None,
        creator_id: str | None = None,
        offset: int = 0,
        limit: int,
    ) -> tuple[list[RecurringBrief], int]:
        """Return a page of the briefs of a channel, a person or the workspace by number, and how many there are."""
        which = _shown(workspace_id, channel_id=channel_id, creator_id=creator_id)
        page = select(RecurringBrief).where(*which).order_by(RecurringBrief.number)
        rows = await self._session.scalars(page.offset(offset).limit(limit))
        return list(rows), await self._count(which)

    async def due(self, now: datetime, *, too_far: datetime, limit: int) -> list[RecurringBrief]:
        """Return the briefs whose time has come, or whose next time is later than it can be, the earliest first."""
        wanted = (RecurringBrief.next_at <= now) | (RecurringBrief.next_at > too_far)
        due = select(RecurringBrief).where(wanted).order_by(RecurringBrief.next_at).limit(limit)
        return list(await self._session.scalars(due))

    async def active(self, workspace_id: str) -> list[RecurringBrief]:
        """Return every brief of a workspace that has a next time."""
        planned = select(RecurringBrief).where(
            RecurringBrief.workspace_id == workspace_id, RecurringBrief.state == ACTIVE
        )
        return list(await self._session.scalars(planned.order_by(RecurringBrief.number)))

    async def move(self, workspace_id: str, *, old_id: str, new_id: str) -> None:
        """Take a channel's briefs along when Slack gives it another id."""
        its = (RecurringBrief.workspace_id == workspace_id, RecurringBrief.channel_id == old_id)
        await self._session.execute(update(RecurringBrief).where(*its).values(channel_id=new_id))

    async def _count(self, which: tuple[ColumnElement[bool], ...]) -> int:
        counted = select(func.count()).select_from(RecurringBrief).where(*which)
        return await self._session.scalar(counted) or 0


def _shown(
    workspace_id: str, *, channel_id: str | None = None, creator_id: str | None = None
) -> tuple[ColumnElement[bool], ...]:
    which = [RecurringBrief.workspace_id == workspace_id, RecurringBrief.state != DELETED]
    if channel_id is not None:
        which.append(RecurringBrief.channel_id == channel_id)
    if creator_id is not None:
        which.append(RecurringBrief.creator_id == creator_id)
    return tuple(which)
