"""Digests: one per channel and local week."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.models import Digest
from storage.repositories.base import Repository, found


class Digests(Repository):
    """The weekly reports that are due, posted or found to have nothing to say."""

    async def begin(
        self, workspace_id: str, *, channel_id: str, period: str, due_at: datetime, late: bool = False
    ) -> bool:
        """Claim the digest of a channel's local ISO week; return False if it was claimed before."""
        digest = Digest(
            workspace_id=workspace_id,
            channel_id=channel_id,
            period=period,
            state="due",
            due_at=due_at,
            late=late,
        )
        return await self._add_if_new(digest)

    async def find(self, workspace_id: str, *, channel_id: str, period: str) -> Digest | None:
        """Return the digest of that week, if it was begun."""
        return await self._session.get(Digest, (workspace_id, channel_id, period))

    async def get(self, workspace_id: str, *, channel_id: str, period: str) -> Digest:
        """Return the digest of that week.

        Raises:
            NotFound: it was never begun.
        """
        digest = await self.find(workspace_id, channel_id=channel_id, period=period)
        return found(digest, "digest", f"{channel_id}:{period}")

    async def finish(
        self,
        workspace_id: str,
        *,
        channel_id: str,
        period: str,
        state: str,
        now: datetime,
        message_ts: str | None = None,
        figures: dict[str, Any] | None = None,
    ) -> None:
        """Note how a digest ended: `posted`, `empty` or `failed`, with its numbers (never texts)."""
        digest = await self.get(workspace_id, channel_id=channel_id, period=period)
        digest.state, digest.finished_at = state, now
        digest.message_ts = message_ts or digest.message_ts
        digest.figures = figures if figures is not None else digest.figures

    async def of_channel(self, workspace_id: str, *, channel_id: str, limit: int = 12) -> list[Digest]:
        """Return a channel's digests, newest first."""
        begun = select(Digest).where(Digest.workspace_id == workspace_id, Digest.channel_id == channel_id)
        return list(await self._session.scalars(begun.order_by(Digest.period.desc()).limit(limit)))
