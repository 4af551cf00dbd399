"""Asks: how often people are asked for feedback, and what became of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from storage.models import Ask, Draft, Opinion
from storage.repositories.base import Repository

REASON: Final = "reason"
REVIEW: Final = "review"


class Asks(Repository):
    """Requests for feedback; the ledger's tables count them (`LedgerTables.try_ask`)."""

    async def answer(self, workspace_id: str, *, user_id: str, draft_id: str, answer: str) -> None:
        """Note what became of a request: `answered`, `not_now` or `stopped`."""
        asked = (Ask.workspace_id == workspace_id, Ask.user_id == user_id, Ask.draft_id == draft_id)
        await self._session.execute(update(Ask).where(*asked).values(answer=answer))

    async def open_of(self, workspace_id: str, *, user_id: str, since: datetime) -> list[Ask]:
        """Return the requests put to a person since then that they have not answered in any way, newest first.

        A review is answered by any opinion of theirs on the draft, a reason by any text; and once they do not dislike
        the draft any more there is nothing to give a reason for.
        """
        wants_review = and_(Ask.kind == REVIEW, ~_has_said())
        wants_reason = and_(Ask.kind == REASON, _has_said("vote", "negative"), ~_has_said("text"))
        waiting = select(Ask).where(
            Ask.workspace_id == workspace_id,
            Ask.user_id == user_id,
            Ask.asked_at >= since,
            Ask.answer.is_(None),
            or_(wants_review, wants_reason),
        )
        return list(await self._session.scalars(waiting.order_by(Ask.asked_at.desc(), Ask.draft_id)))

    async def reviews_of(self, draft_id: str) -> list[Ask]:
        """Return who was asked to review a draft, the first ones first."""
        asked = select(Ask).where(Ask.draft_id == draft_id, Ask.kind == REVIEW)
        return list(await self._session.scalars(asked.order_by(Ask.asked_at, Ask.user_id)))

    async def review_counts(
        self, workspace_id: str, *, channel_id: str, since: datetime, among: Iterable[str]
    ) -> dict[str, int]:
        """Return how often each of these people was asked for a review in a channel since then."""
        people = sorted(set(among))
        counted = (
            select(Ask.user_id, func.count())
            .join(Draft, Draft.id == Ask.draft_id)
            .where(
                Ask.workspace_id == workspace_id,
                Ask.user_id.in_(people),
                Ask.kind == REVIEW,
                Ask.asked_at >= since,
                Draft.channel_id == channel_id,
            )
            .group_by(Ask.user_id)
        )
        counts = dict.fromkeys(people, 0)
        for user_id, count in await self._session.execute(counted):
            counts[user_id] = count
        return counts

    async def find(self, workspace_id: str, *, user_id: str, draft_id: str) -> Ask | None:
        """Return the request that was put to a person about a draft, if there was one; it stays locked."""
        asked = select(Ask).where(
            Ask.workspace_id == workspace_id, Ask.user_id == user_id, Ask.draft_id == draft_id
        )
        return await self._session.scalar(asked.with_for_update().execution_options(populate_existing=True))


def _has_said(dimension: str | None = None, value: str | None = None) -> ColumnElement[bool]:
    """Whether the person holds an opinion on the draft: any at all, or one of a dimension, or with a value."""
    theirs = and_(Opinion.draft_id == Ask.draft_id, Opinion.user_id == Ask.user_id)
    wanted = [(Opinion.dimension, dimension), (Opinion.value, value)]
    return exists().where(theirs, *(column == want for column, want in wanted if want is not None))
