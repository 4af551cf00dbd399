"""Figures about who judges and what is flagged where: read-only, from the narrow counters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, case, distinct, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Ask, Opinion, Tally
from storage.models.tally import EVERYBODY, EVERYWHERE, GIVEN, OPINION_MEASURES

Grouping = Literal["task", "channel", "release"]
MOST_GROUPS: Final = 200
_COLUMNS: Final = {"task": Tally.task, "channel": Tally.channel_id, "release": Tally.release}


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """How many drafts of a group were judged and flagged, and how many people said anything about them."""

    name: str
    judged: int
    flagged: int
    people: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How many requests for feedback there were, how many were answered, and how many people were asked."""

    requests: int = 0
    answered: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A workspace's UTC days from the first to the last, both included."""

    workspace_id: str
    first_day: date
    last_day: date


class FairnessFigures:
    """Reads; decides nothing about what may be shown."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def groups(self, span: Span, *, by: Grouping) -> list[GroupCounts]:
        """Return what was judged and flagged by task, channel or release; the ones with most drafts first."""
        column = _COLUMNS[by]
        counted = and_(_of(span), Tally.channel_id != EVERYWHERE)
        is_opinion = and_(Tally.measure.in_(sorted(OPINION_MEASURES)), Tally.n > 0)
        judged, flagged = (_sum_of(measure) for measure in ("judged", "flagged"))
        query = (
            select(column, judged, flagged, func.count(distinct(case((is_opinion, Tally.user_id)))))
            .where(counted, Tally.measure.in_(sorted({*OPINION_MEASURES, "judged", "flagged"})))
            .group_by(column)
            .order_by(judged.desc(), column)
            .limit(MOST_GROUPS)
        )
        rows = await self._session.execute(query)
        return [GroupCounts(name, int(many), int(bad), people) for name, many, bad, people in rows]

    async def drafts(self, span: Span) -> tuple[int, int]:
        """Return how many drafts were posted, and how many of them were judged."""
        query = select(_sum_of("draft"), _sum_of("judged")).where(
            _of(span), Tally.channel_id != EVERYWHERE, Tally.measure.in_(["draft", "judged"])
        )
        posted, judged = (await self._session.execute(query)).one()
        return int(posted), int(judged)

    async def given(self, span: Span) -> Sequence[int]:
        """Return how many opinions each person gave, most first; nobody's name."""
        total = func.sum(Tally.n)
        query = (
            select(total)
            .where(
                _of(span),
                Tally.channel_id == EVERYWHERE,
                Tally.measure == GIVEN,
                Tally.user_id.not_in(EVERYBODY),
            )
            .group_by(Tally.user_id)
            .having(total > 0)
            .order_by(total.desc())
        )
        return [int(n) for n in await self._session.scalars(query)]

    async def asked(self, workspace_id: str, *, since: datetime) -> Asked:
        """Return what became of requests for feedback that were made since then."""
        answered = or_(Ask.answer == "answered", and_(Ask.kind == "review", _has_said()), _has_said("text"))
        query = select(
            func.count(),
            func.coalesce(func.sum(case((answered, 1), else_=0)), 0),
            func.count(distinct(Ask.user_id)),
        ).where(Ask.workspace_id == workspace_id, Ask.asked_at >= since)
        requests, answers, people = (await self._session.execute(query)).one()
        return Asked(requests, int(answers), people)


def _of(span: Span) -> ColumnElement[bool]:
    return and_(Tally.workspace_id == span.workspace_id, Tally.day.between(span.first_day, span.last_day))


def _sum_of(measure: str) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((Tally.measure == measure, Tally.n), else_=0)), 0)


def _has_said(dimension: str | None = None) -> ColumnElement[bool]:
    """Whether the person who was asked holds an opinion on the draft: any at all, or one of a dimension."""
    theirs = and_(Opinion.draft_id == Ask.draft_id, Opinion.user_id == Ask.user_id)
    return exists().where(theirs, *([Opinion.dimension == dimension] if dimension else []))
