"""The feed: everything that a team's own systems may hear, in the order of its places (`repositories.feed`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Draft, Member, Outcome, Signal, Workspace

_ROW = (
    Signal.event_id,
    Signal.workspace_id,
    Signal.channel_id,
    Signal.message_ts,
    Signal.user_id,
    Signal.kind,
    Signal.value,
    Signal.text_sealed,
    Signal.event_us,
    Signal.received_at,
    Signal.status,
    Signal.reason,
    Signal.id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFilter:
    """Which signals are wanted."""

    kind: str | None = None
    channel_id: str | None = None
    draft_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignalTold:
    """A signal in its place; `row` is a tuple as exports take it (`TrainingQueries.signal_batches`)."""

    position: int
    draft_id: str
    external_id: str | None
    row: Sequence[Any]


class Feed:
    """Reads the feed; people who opted out are left out of it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def end(self, workspace_id: str) -> int:
        """Return the last place that was given."""
        end = await self._session.scalar(select(Workspace.feed_end).where(Workspace.id == workspace_id))
        return end or 0

    async def signals(
        self, workspace_id: str, *, after: int, limit: int, only: FeedFilter | None = None
    ) -> list[SignalTold]:
        """Return the signals behind a place."""
        rows = await self._session.execute(
            _signals(workspace_id, only or FeedFilter())
            .where(Signal.feed_position > after)
            .order_by(Signal.feed_position)
            .limit(limit)
        )
        return [SignalTold(row[0], row[1], row[2], row[3:]) for row in rows]

    async def drafts(self, workspace_id: str, *, after: int, limit: int) -> list[Draft]:
        """Return the posted drafts behind a place."""
        posted = select(Draft).where(Draft.workspace_id == workspace_id, Draft.feed_position > after)
        return list(await self._session.scalars(posted.order_by(Draft.feed_position).limit(limit)))

    async def outcomes(
        self, workspace_id: str, *, after: int, limit: int
    ) -> list[tuple[Outcome, str | None]]:
        """Return the outcomes behind a place, each with its draft's external id."""
        reported = (
            select(Outcome, Draft.external_id)
            .join(Draft, Draft.id == Outcome.draft_id)
            .where(Outcome.workspace_id == workspace_id, Outcome.feed_position > after)
            .order_by(Outcome.feed_position)
            .limit(limit)
        )
        return [(outcome, external_id) for outcome, external_id in await self._session.execute(reported)]

    async def place_before(self, workspace_id: str, *, since: Any) -> int:
        """Return the place right before the first thing that happened at `since` or later."""
        firsts = [
            await self._session.scalar(
                select(model.feed_position)
                .where(model.workspace_id == workspace_id, model.feed_position.is_not(None), moment >= since)
                .order_by(model.feed_position)
                .limit(1)
            )
            for model, moment in (
                (Signal, Signal.received_at),
                (Draft, Draft.posted_at),
                (Outcome, Outcome.received_at),
            )
        ]
        known = [place for place in firsts if place is not None]
        return min(known) - 1 if known else await self.end(workspace_id)

    async def opted_out(self, workspace_id: str) -> frozenset[str]:
        """Return the people whose feedback is not told."""
        out = select(Member.id).where(Member.workspace_id == workspace_id, Member.opted_out.is_(True))
        return frozenset(await self._session.scalars(out))


def _signals(workspace_id: str, only: FeedFilter) -> Select[*tuple[Any, ...]]:
    speaker = and_(Member.workspace_id == Signal.workspace_id, Member.id == Signal.user_id)
    return (
        select(Signal.feed_position, Signal.draft_id, Draft.external_id, *_ROW)
        .join(Draft, Draft.id == Signal.draft_id)
        .outerjoin(Member, speaker)
        .where(
            Signal.workspace_id == workspace_id,
            Signal.act == "set",
            or_(Member.opted_out.is_(None), Member.opted_out.is_(False)),
            *_narrowed(only),
        )
    )


def _narrowed(only: FeedFilter) -> list[ColumnElement[bool]]:
    wanted = (
        (Signal.kind, only.kind),
        (Signal.channel_id, only.channel_id),
        (Signal.draft_id, only.draft_id),
    )
    return [column == value for column, value in wanted if value is not None]
