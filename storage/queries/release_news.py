"""Whom a new release concerns: the channels where drafts are written, and the seats that changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import AuditEntry, Channel, Correction, Draft, Opinion, ReleaseSeat

PROMOTED: Final = "release.promoted"
ROLLED_BACK: Final = "release.rolled_back"
SETTINGS: Final = "release.settings"
CHANGES: Final = (PROMOTED, ROLLED_BACK, SETTINGS)


class ReleaseNewsQueries:
    """Reads for telling people; writes nothing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def promoted_seats(self, *, since: datetime) -> Sequence[ReleaseSeat]:
        """Return the seats that changed hands since a time and could be rolled back, the earliest change first."""
        changed = select(ReleaseSeat).where(
            ReleaseSeat.changed_at >= since, ReleaseSeat.previous_id.is_not(None)
        )
        return list(await self._session.scalars(changed.order_by(ReleaseSeat.changed_at)))

    async def changes(self, *, since: datetime) -> Sequence[AuditEntry]:
        """Return what the audit log says of releases that began to write since a time, the earliest first."""
        noted = select(AuditEntry).where(AuditEntry.at >= since, AuditEntry.action.in_(CHANGES))
        return list(await self._session.scalars(noted.order_by(AuditEntry.at, AuditEntry.id)))

    async def find_change(self, entry_id: str) -> AuditEntry | None:
        """Return one of them, if it is there."""
        return await self._session.get(AuditEntry, entry_id)

    async def channels_with_drafts(
        self,
        workspace_id: str,
        *,
        task: str,
        without: Collection[str],
        since: datetime,
        limit: int,
    ) -> Sequence[str]:
        """Return the channels that got a draft since a time and still have us, the busiest first.

        Args:
            workspace_id: whose.
            task: of these drafts; "" is every task, apart from those in `without`.
            without: tasks that have a seat of their own.
            since: the time.
            limit: of channels.
        """
        wanted = (
            select(Draft.channel_id)
            .join(Channel, (Channel.workspace_id == Draft.workspace_id) & (Channel.id == Draft.channel_id))
            .where(
                Draft.workspace_id == workspace_id,
                Draft.posted_at >= since,
                Channel.bot_is_member.is_(True),
            )
        )
        narrowed = wanted.where(Draft.task == task) if task else wanted.where(Draft.task.not_in(without))
        busiest = narrowed.group_by(Draft.channel_id).order_by(func.count().desc(), Draft.channel_id)
        return list(await self._session.scalars(busiest.limit(limit)))

    async def drafts_of(
        self, workspace_id: str, *, release: str, since: datetime, until: datetime, limit: int
    ) -> Sequence[str]:
        """Return the live drafts that a release wrote in a span of time, in the order in which they were posted."""
        written = select(Draft.id).where(
            Draft.workspace_id == workspace_id,
            Draft.release == release,
            Draft.posted_at >= since,
            Draft.posted_at <= until,
            Draft.hidden_at.is_(None),
        )
        return list(await self._session.scalars(written.order_by(Draft.posted_at, Draft.id).limit(limit)))

    async def losses_of(
        self, workspace_id: str, *, draft_ids: Collection[str]
    ) -> Mapping[str, Mapping[str, float]]:
        """Return what each person made of drafts: 0 is perfect, 1 the worst; by draft, in the order given.

        A person's loss is the mean over what they said: a thumb, stars, an approval, how much of it they rewrote.
        """
        heard: dict[tuple[str, str], list[float]] = defaultdict(list)
        for draft_id, user_id, dimension, value in await self._session.execute(
            _said(workspace_id, draft_ids)
        ):
            if (loss := loss_of(dimension, value)) is not None:
                heard[draft_id, user_id].append(loss)
        for draft_id, user_id, distance in await self._session.execute(_rewrites(workspace_id, draft_ids)):
            heard[draft_id, user_id].append(min(distance or 0.0, 1.0))
        by_draft: dict[str, dict[str, float]] = {draft_id: {} for draft_id in draft_ids}
        for (draft_id, user_id), losses in sorted(heard.items()):
            by_draft[draft_id][user_id] = sum(losses) / len(losses)
        return by_draft


def loss_of(dimension: str, value: str) -> float | None:
    """Return how bad an opinion is, 0 … 1; None for what tells nothing about the text as a whole."""
    if dimension == "vote":
        return {"positive": 0.0, "negative": 1.0}.get(value)
    if dimension == "rating":
        return (5 - int(value)) / 4
    return 0.0 if dimension == "approval" else None


def _said(workspace_id: str, draft_ids: Collection[str]) -> Select[str, str, str, str]:
    return select(Opinion.draft_id, Opinion.user_id, Opinion.dimension, Opinion.value).where(
        Opinion.workspace_id == workspace_id, Opinion.draft_id.in_(draft_ids)
    )


def _rewrites(workspace_id: str, draft_ids: Collection[str]) -> Select[str, str, float | None]:
    """Select how much of a draft people rewrote, as far as their texts count."""
    counted = (
        (Opinion.draft_id == Correction.draft_id)
        & (Opinion.user_id == Correction.user_id)
        & (Opinion.slot == Correction.control)
    )
    return (
        select(Correction.draft_id, Correction.user_id, Correction.edit_distance)
        .join(Opinion, counted)
        .where(
            Correction.workspace_id == workspace_id,
            Correction.draft_id.in_(draft_ids),
            Correction.state == "standing",
            Correction.interpretation == "rewrite",
            Correction.edit_distance.is_not(None),
        )
    )
