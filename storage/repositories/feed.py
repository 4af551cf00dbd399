"""The order in which a workspace's feed tells things.

Rows do not become visible in the order of their times: a transaction that began early may commit late, and an event may
be stored hours after it happened. So whoever reads the feed first gives every committed row that has no place yet the
next one, under a lock. A row that commits later gets a later place, and a reader that goes on from a place skips none.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, or_, select, true, update

from storage.models import Draft, Outcome, Signal, Workspace
from storage.repositories.base import Repository

# What is told, in which order, and when it is ready for it: a draft is told before what people think of it.
_TOLD: Sequence[tuple[Any, tuple[Any, ...], ColumnElement[bool]]] = (
    (Draft, (Draft.posted_at, Draft.id), Draft.posted_at.is_not(None)),
    (Signal, (Signal.received_at, Signal.event_us, Signal.id), Signal.act == "set"),
    (Outcome, (Outcome.received_at, Outcome.id), true()),
)


class FeedPlaces(Repository):
    """Gives places in the feed."""

    async def wanted(self, workspace_id: str) -> bool:
        """Return whether something waits for its place."""
        waiting = [exists().where(*_waiting(told, workspace_id)) for told in _TOLD]
        return bool(await self._session.scalar(select(or_(*waiting))))

    async def give(self, workspace_id: str, *, limit: int) -> int:
        """Give places to at most `limit` rows of each kind; return how many got one.

        Rows that somebody is changing just now are left for the next time, so that nobody waits in a ring.
        """
        workspace = await self._session.get(
            Workspace, workspace_id, with_for_update=True, populate_existing=True
        )
        if workspace is None:
            return 0
        before = workspace.feed_end
        for told in _TOLD:
            workspace.feed_end += await self._give(told, workspace, limit=limit)
        return workspace.feed_end - before

    async def _give(self, told: Any, workspace: Workspace, *, limit: int) -> int:
        model, order, _ = told
        waiting = select(model.id).where(*_waiting(told, workspace.id)).order_by(*order)
        ids = (await self._session.scalars(waiting.limit(limit).with_for_update(skip_locked=True))).all()
        if ids:
            places = enumerate(ids, start=workspace.feed_end + 1)
            table = model.__table__
            put = update(table).where(table.c.id == bindparam("row")).values(feed_position=bindparam("place"))
            connection = await self._session.connection()
            await connection.execute(put, [{"row": row, "place": place} for place, row in places])
        return len(ids)


def _waiting(told: Any, workspace_id: str) -> tuple[Any, ...]:
    model, _, condition = told
    return (model.workspace_id == workspace_id, model.feed_position.is_(None), condition)
