"""Corrections: people's better texts."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from storage.models import Correction
from storage.repositories.base import Repository, found


class Corrections(Repository):
    """Better texts, and instructions how to get them."""

    async def add(self, correction: Correction) -> Correction:
        """Keep a new correction and return it; the same control on the same draft returns the one there is."""
        if await self._add_if_new(correction):
            return correction
        known = await self.find(correction.draft_id, control=correction.control)
        return found(known, "correction", correction.id)

    async def find(self, draft_id: str, *, control: str) -> Correction | None:
        """Return the correction that a person made with one control (a reply, an edit) of a draft."""
        made = select(Correction).where(Correction.draft_id == draft_id, Correction.control == control)
        return await self._session.scalar(made)

    async def get(self, correction_id: str) -> Correction:
        """Return the correction.

        Raises:
            NotFound: there is none.
        """
        return found(await self._session.get(Correction, correction_id), "correction", correction_id)

    async def find_by_id(self, workspace_id: str, *, correction_id: str) -> Correction | None:
        """Return the correction of this id, if it is that workspace's."""
        correction = await self._session.get(Correction, correction_id)
        return correction if correction is not None and correction.workspace_id == workspace_id else None

    async def find_by_message(self, workspace_id: str, *, message_ts: str) -> Correction | None:
        """Return the correction that a Slack message (a thread reply) is."""
        made = select(Correction).where(
            Correction.workspace_id == workspace_id, Correction.message_ts == message_ts
        )
        return await self._session.scalar(made.limit(1))

    async def latest_replies(self, workspace_id: str, *, user_id: str, limit: int = 200) -> list[Correction]:
        """Return the latest replies of a person that stand as corrections."""
        made = select(Correction).where(
            Correction.workspace_id == workspace_id,
            Correction.user_id == user_id,
            Correction.source == "thread",
            Correction.state == "standing",
        )
        newest = made.order_by(Correction.created_at.desc(), Correction.id).limit(limit)
        return list(await self._session.scalars(newest))

    async def of_drafts(self, draft_ids: Collection[str]) -> list[Correction]:
        """Return the corrections of these drafts, oldest first."""
        made = select(Correction).where(Correction.draft_id.in_(draft_ids))
        return list(await self._session.scalars(made.order_by(Correction.created_at, Correction.id)))

    async def texts_of(self, correction_ids: Collection[str]) -> dict[str, str]:
        """Return the texts of these corrections by id."""
        if not correction_ids:
            return {}
        made = select(Correction).where(Correction.id.in_(sorted(correction_ids)))
        return {one.id: one.text or "" for one in await self._session.scalars(made)}

    async def of_workspace(
        self,
        workspace_id: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        state: str | None = None,
        limit: int | None = None,
    ) -> list[Correction]:
        """Return the workspace's corrections made from `since` up to (not with) `until`, oldest first."""
        made = select(Correction).where(Correction.workspace_id == workspace_id)
        if since is not None:
            made = made.where(Correction.created_at >= since)
        if until is not None:
            made = made.where(Correction.created_at < until)
        if state is not None:
            made = made.where(Correction.state == state)
        return list(
            await self._session.scalars(made.order_by(Correction.created_at, Correction.id).limit(limit))
        )

    async def count_standing_since(self, workspace_id: str, *, since: datetime | None) -> int:
        """Return how many standing corrections that are more than talk came since then (None: ever)."""
        standing = select(func.count()).where(
            Correction.workspace_id == workspace_id,
            Correction.state == "standing",
            Correction.interpretation != "talk",
        )
        if since is not None:
            standing = standing.where(Correction.created_at >= since)
        return await self._session.scalar(standing) or 0
