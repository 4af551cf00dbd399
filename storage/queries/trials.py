"""What trials read: briefs to write anew, votes that count, and how busy a seat is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import DatasetRow, Draft, DraftStanding, Member, Signal, TrialPair, TrialVote
from storage.models.release import EVERY_TASK

_TRAIN: Final = "train"


@dataclass(frozen=True, slots=True)
class CountedVote:
    """A blind vote that counts: what was pressed, and whether A was the challenger's text for this person."""

    pair_id: str
    user_id: str
    pressed: str
    flipped: bool


class TrialQueries:
    """Reads only; every query has an end."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def recent_briefs(
        self,
        workspace_id: str,
        *,
        task: str,
        seated: Collection[str],
        since: datetime,
        unseen_by: str | None,
        limit: int,
    ) -> list[Draft]:
        """Return posted drafts whose briefs may be written anew, the latest first.

        Not those in direct messages, that are hidden, that came with their text from elsewhere, or whose requester
        opted out or is held back; nor those that a dataset version was trained on: that would be no test.

        Args:
            workspace_id: whose.
            task: of the seat.
            seated: tasks that have a seat of their own, which the seat of every task does not write.
            since: how far back.
            unseen_by: the dataset version of the challenger.
            limit: the most.
        """
        requester = and_(Member.workspace_id == Draft.workspace_id, Member.id == Draft.requester_id)
        learned = select(DatasetRow.draft_id).where(
            DatasetRow.version_id == unseen_by,
            DatasetRow.split == _TRAIN,
            DatasetRow.draft_id.is_not(None),
        )
        fit = (
            select(Draft)
            .outerjoin(Member, requester)
            .where(
                *_of_seat(workspace_id, task, seated),
                Draft.posted_at >= since,
                Draft.hidden_at.is_(None),
                Draft.message_ts.is_not(None),
                Draft.channel_id.not_like("D%"),
                Draft.release.not_like("own%"),
                or_(Member.id.is_(None), and_(~Member.opted_out, Member.held_from_us.is_(None))),
            )
            .order_by(Draft.posted_at.desc(), Draft.id)
            .limit(limit)
        )
        if unseen_by is not None:
            fit = fit.where(Draft.id.not_in(learned))
        return list(await self._session.scalars(fit))

    async def count_rated(
        self, workspace_id: str, *, task: str, seated: Collection[str], since: datetime
    ) -> int:
        """Return how many of a seat's drafts since then somebody said something of."""
        said = (
            DraftStanding.positives
            + DraftStanding.negatives
            + DraftStanding.ratings
            + DraftStanding.corrections
        )
        rated = (
            select(func.count())
            .select_from(Draft)
            .join(DraftStanding, DraftStanding.draft_id == Draft.id)
            .where(*_of_seat(workspace_id, task, seated), Draft.posted_at >= since, said > 0)
        )
        return await self._session.scalar(rated) or 0

    async def counted_votes(self, trial_id: str) -> list[CountedVote]:
        """Return the votes of a trial that count now, as the ledger has them: those of people who opted out or are held do not."""
        pressed = and_(
            Signal.draft_id == TrialPair.source_draft_id,
            Signal.user_id == TrialVote.user_id,
            Signal.slot == literal("trial:") + TrialVote.pair_id,
            Signal.status == "counted",
        )
        votes = (
            select(TrialVote.pair_id, TrialVote.user_id, Signal.value, TrialVote.flipped)
            .join(TrialPair, TrialPair.id == TrialVote.pair_id)
            .join(Signal, pressed)
            .where(TrialVote.trial_id == trial_id)
            .order_by(TrialVote.pair_id, TrialVote.user_id)
        )
        return [CountedVote(*row) for row in await self._session.execute(votes)]


def _of_seat(workspace_id: str, task: str, seated: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    of_task = Draft.task.not_in(sorted(seated)) if task == EVERY_TASK else Draft.task == task
    return Draft.workspace_id == workspace_id, of_task
