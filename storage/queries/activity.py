"""What happened on drafts: the rows a digest tells about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Channel, Correction, Draft, DraftStanding, Member, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One channel from `since` to just before `until`."""

    workspace_id: str
    channel_id: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class GivenCorrection:
    """A standing correction of a span, with the person's consent to be named and what became of it."""

    correction: Correction
    draft: Draft
    verdict: str
    revised: bool  # the bot wrote a revision from it
    named: bool  # the person agreed to be named and quoted in reports


@dataclass(frozen=True, slots=True)
class AskedDraft:
    """A posted draft that somebody asked for, and what people make of it so far."""

    draft: Draft
    verdict: str


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """A draft that people were unhappy with and nobody corrected."""

    draft: Draft
    flags: int
    negatives: int


class Activity:
    """Reads what people did; writes nothing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def tasks(self, workspace_id: str, *, limit: int = 50) -> Sequence[str]:
        """Return the tasks that the workspace ever had drafts for."""
        query = select(Draft.task).distinct().where(Draft.workspace_id == workspace_id).order_by(Draft.task)
        return (await self._session.scalars(query.limit(limit))).all()

    async def corrections(self, span: Span, *, limit: int) -> list[GivenCorrection]:
        """Return standing corrections that were given in the span, the latest first.

        Talk is left out, and so are corrections of drafts that are hidden.
        """
        revised = (
            select(Revision.id)
            .where(Revision.correction_id == Correction.id, Revision.kind == "revised")
            .exists()
        )
        query = (
            select(
                Correction, Draft, DraftStanding.verdict, revised, Member.named_in_reports, Member.opted_out
            )
            .join(Draft, Draft.id == Correction.draft_id)
            .outerjoin(DraftStanding, DraftStanding.draft_id == Draft.id)
            .outerjoin(
                Member, and_(Member.workspace_id == Correction.workspace_id, Member.id == Correction.user_id)
            )
            .where(_given(span), Draft.hidden_at.is_(None))
            .order_by(Correction.created_at.desc(), Correction.id)
            .limit(limit)
        )
        return [
            GivenCorrection(correction, draft, verdict or "open", became, bool(named and not out))
            for correction, draft, verdict, became, named, out in await self._session.execute(query)
        ]

    async def open_problems(self, span: Span, *, limit: int) -> list[OpenProblem]:
        """Return drafts of the span with flags, or more 👎 than 👍, that nobody corrected or approved; the worst first."""
        standing = DraftStanding
        query = (
            select(Draft, standing.flags, standing.negatives)
            .join(standing, standing.draft_id == Draft.id)
            .where(
                Draft.workspace_id == span.workspace_id,
                Draft.channel_id == span.channel_id,
                Draft.posted_at >= span.since,
                Draft.posted_at < span.until,
                standing.corrections == 0,
                standing.approvals == 0,
                or_(standing.flags > 0, standing.negatives > standing.positives),
            )
            .order_by(standing.flags.desc(), standing.negatives.desc(), Draft.posted_at.desc(), Draft.id)
            .limit(limit)
        )
        return [
            OpenProblem(draft, flags, negatives)
            for draft, flags, negatives in await self._session.execute(query)
        ]

    async def asked_by(
        self, user_id: str, *, workspace_id: str, limit: int, offset: int = 0
    ) -> list[AskedDraft]:
        """Return the latest posted drafts that a person asked for, newest first, without the first `offset`."""
        query = (
            select(Draft, DraftStanding.verdict)
            .outerjoin(DraftStanding, DraftStanding.draft_id == Draft.id)
            .where(
                Draft.workspace_id == workspace_id,
                Draft.requester_id == user_id,
                Draft.posted_at.is_not(None),
            )
            .order_by(Draft.posted_at.desc(), Draft.id)
            .limit(limit)
            .offset(offset)
        )
        return [AskedDraft(draft, verdict or "open") for draft, verdict in await self._session.execute(query)]

    async def next_digest(self, workspace_id: str, *, after: datetime) -> datetime | None:
        """Return when the workspace's next digest is planned, in whichever channel."""
        query = select(func.min(Channel.next_digest_at)).where(
            Channel.workspace_id == workspace_id,
            Channel.next_digest_at > after,
            Channel.digest_enabled,
            ~Channel.archived,
        )
        found: datetime | None = await self._session.scalar(query)
        return found

    async def unplanned_channels(self, *, limit: int) -> Sequence[Channel]:
        """Return channels with drafts that have no digest planned though they want one."""
        drafted = (
            select(Draft.id)
            .where(Draft.workspace_id == Channel.workspace_id, Draft.channel_id == Channel.id)
            .exists()
        )
        query = (
            select(Channel)
            .where(Channel.next_digest_at.is_(None), Channel.digest_enabled, ~Channel.archived, drafted)
            .order_by(Channel.workspace_id, Channel.id)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()


def _given(span: Span) -> ColumnElement[bool]:
    return and_(
        Correction.workspace_id == span.workspace_id,
        Correction.created_at >= span.since,
        Correction.created_at < span.until,
        Correction.state == "standing",
        Correction.interpretation != "talk",
        Draft.channel_id == span.channel_id,
    )
