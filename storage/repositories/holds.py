"""Holds: whose feedback of which time is held back until an admin has looked at it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update

from storage.models import Hold, Member
from storage.repositories.base import Repository

HELD, RELEASED, CONFIRMED = "held", "released", "confirmed"
_STANDING = (HELD, CONFIRMED)


@dataclass(frozen=True, order=True)
class HeldSpan:
    """A span of time, in Slack's microseconds, in which nothing of a person counts; without an end it goes on."""

    from_us: int
    until_us: int | None = None

    def covers(self, event_us: int) -> bool:
        """Tell whether something that was done then is held back."""
        return self.from_us <= event_us and (self.until_us is None or event_us < self.until_us)


class Holds(Repository):
    """What was held back, why, and what admins made of it."""

    async def add(self, holds: Iterable[Hold]) -> None:
        """Keep new holds."""
        self._session.add_all(holds)
        await self._session.flush()

    async def spans(self, workspace_id: str, *, user_id: str) -> tuple[HeldSpan, ...]:
        """Return when nothing of a person counts: from each hold that stands on, or until it was confirmed."""
        return (await self.spans_of(workspace_id, user_ids=[user_id])).get(user_id, ())

    async def spans_of(
        self, workspace_id: str, *, user_ids: Iterable[str] | None = None
    ) -> Mapping[str, tuple[HeldSpan, ...]]:
        """Return the spans of these people (None: of everybody), by person; who has none is left out."""
        standing = select(Hold.user_id, Hold.from_us, Hold.until_us).where(
            Hold.workspace_id == workspace_id, Hold.state.in_(_STANDING)
        )
        if user_ids is not None:
            standing = standing.where(Hold.user_id.in_(sorted(set(user_ids))))
        spans: dict[str, list[HeldSpan]] = defaultdict(list)
        for user_id, from_us, until_us in await self._session.execute(standing.order_by(Hold.from_us)):
            spans[user_id].append(HeldSpan(from_us, until_us))
        return {user_id: tuple(held) for user_id, held in spans.items()}

    async def of_group(self, workspace_id: str, *, group_id: str) -> Sequence[Hold]:
        """Return the holds that were found together, or the one with that id; locked, by person."""
        wanted = select(Hold).where(
            Hold.workspace_id == workspace_id, or_(Hold.group_id == group_id, Hold.id == group_id)
        )
        locked = wanted.order_by(Hold.user_id, Hold.id).with_for_update()
        return (await self._session.scalars(locked.execution_options(populate_existing=True))).all()

    async def find(self, workspace_id: str, *, hold_id: str) -> Hold | None:
        """Return a hold of this workspace."""
        wanted = select(Hold).where(Hold.workspace_id == workspace_id, Hold.id == hold_id)
        return await self._session.scalar(wanted)

    async def latest(self, workspace_id: str, *, limit: int) -> Sequence[Hold]:
        """Return holds that wait for an admin, the latest first."""
        waiting = select(Hold).where(*_waiting(workspace_id))
        newest = waiting.order_by(Hold.created_at.desc(), Hold.group_id, Hold.user_id)
        return (await self._session.scalars(newest.limit(limit))).all()

    async def count_waiting(self, workspace_id: str) -> int:
        """Return how many people wait for an admin to look."""
        waiting = select(func.count(Hold.user_id.distinct())).where(*_waiting(workspace_id))
        return await self._session.scalar(waiting) or 0

    async def looked_at(self, workspace_id: str) -> Mapping[str, datetime]:
        """Return until when each person's doings were looked at: when the last hold of them was decided."""
        decided = (
            select(Hold.user_id, func.max(Hold.decided_at).label("at"))
            .where(Hold.workspace_id == workspace_id, Hold.decided_at.is_not(None))
            .group_by(Hold.user_id)
        )
        return {row.user_id: row.at for row in await self._session.execute(decided)}

    async def held_now(self, workspace_id: str) -> frozenset[str]:
        """Return whose feedback is held back from some moment on."""
        held = select(Hold.user_id).where(Hold.workspace_id == workspace_id, Hold.state == HELD)
        return frozenset(await self._session.scalars(held))

    async def confirmed_since(self, workspace_id: str, *, since: datetime) -> frozenset[str]:
        """Return the people whose hold was confirmed since then."""
        confirmed = select(Hold.user_id).where(
            Hold.workspace_id == workspace_id, Hold.state == CONFIRMED, Hold.decided_at >= since
        )
        return frozenset(await self._session.scalars(confirmed))

    async def mark_members(self, workspace_id: str, *, user_ids: Iterable[str]) -> None:
        """Write beside each member from when on what they do is held back: reading it costs a vote nothing."""
        await self._session.flush()
        earliest = (
            select(func.min(Hold.from_us))
            .where(Hold.workspace_id == workspace_id, Hold.user_id == Member.id, Hold.state == HELD)
            .scalar_subquery()
        )
        await self._session.execute(
            update(Member)
            .where(Member.workspace_id == workspace_id, Member.id.in_(sorted(set(user_ids))))
            .values(held_from_us=earliest),
            execution_options={"synchronize_session": False},
        )


def _waiting(workspace_id: str) -> tuple[ColumnElement[bool], ...]:
    return Hold.workspace_id == workspace_id, Hold.state == HELD
