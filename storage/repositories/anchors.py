"""Anchors: drafts that an admin verified, and how people who were asked judged them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select

from storage.models import Anchor, AnchorAnswer, Ask, Draft, Opinion
from storage.repositories.base import Repository


class Anchors(Repository):
    """Which drafts are verified, and the answers to questions about them."""

    async def find(self, draft_id: str, *, workspace_id: str) -> Anchor | None:
        """Return what a draft of this workspace is verified as, if it is."""
        anchor = await self._session.get(Anchor, draft_id)
        return None if anchor is None or anchor.workspace_id != workspace_id else anchor

    async def put(self, anchor: Anchor) -> None:
        """Verify a draft; what was verified before is replaced."""
        await self._session.merge(anchor)

    async def remove(self, draft_id: str, *, workspace_id: str) -> bool:
        """Take a verification back, with the answers about it; False if there was none."""
        of_draft = (Anchor.draft_id == draft_id, Anchor.workspace_id == workspace_id)
        gone = await self._session.execute(delete(Anchor).where(*of_draft).returning(Anchor.draft_id))
        await self._session.execute(
            delete(AnchorAnswer).where(
                AnchorAnswer.draft_id == draft_id, AnchorAnswer.workspace_id == workspace_id
            )
        )
        return gone.first() is not None

    async def of_workspace(self, workspace_id: str) -> list[Anchor]:
        """Return every anchor, the latest first."""
        kept = select(Anchor).where(Anchor.workspace_id == workspace_id)
        return list(await self._session.scalars(kept.order_by(Anchor.marked_at.desc(), Anchor.draft_id)))

    async def answers_of_workspace(self, workspace_id: str) -> list[AnchorAnswer]:
        """Return every answer to a question about an anchor."""
        return list(
            await self._session.scalars(select(AnchorAnswer).where(AnchorAnswer.workspace_id == workspace_id))
        )

    async def answer(self, given: AnchorAnswer) -> bool:
        """Keep somebody's answer; False if they have answered before: the first one counts."""
        return await self._add_if_new(given)

    async def raters(self, workspace_id: str, *, channel_id: str, since_us: int, at_most: int) -> list[str]:
        """Return who holds an opinion on drafts of a channel from since then, the busiest first."""
        busy = (
            select(Opinion.user_id)
            .join(Draft, Draft.id == Opinion.draft_id)
            .where(
                Opinion.workspace_id == workspace_id,
                Opinion.event_us >= since_us,
                Opinion.dimension != "implicit",
                Draft.channel_id == channel_id,
            )
            .group_by(Opinion.user_id)
            .order_by(func.count().desc(), Opinion.user_id)
        )
        return list(await self._session.scalars(busy.limit(at_most)))

    async def asked_since(self, workspace_id: str, *, user_ids: Iterable[str], since: datetime) -> set[str]:
        """Return which of these people were asked about an anchor since then."""
        asked = select(Ask.user_id).where(
            Ask.workspace_id == workspace_id,
            Ask.user_id.in_(sorted(user_ids)),
            Ask.kind == "anchor",
            Ask.asked_at >= since,
        )
        return set(await self._session.scalars(asked))

    async def workspaces(self) -> list[str]:
        """Return the workspaces that have anchors."""
        return list(await self._session.scalars(select(Anchor.workspace_id).distinct()))
