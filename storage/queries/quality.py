"""How good drafts are, as counts: from the tallies for any span of UTC days, or anew from the rows for any span of time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Draft, DraftStanding, Opinion, Tally
from storage.models.tally import EVERYBODY, EVERYWHERE, GIVEN, OPINION_MEASURES

STARS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose drafts: a workspace, and within it perhaps one channel, one task, one person."""

    workspace_id: str
    channel_id: str | None = None
    task: str | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Counts of one scope and span: drafts by when they were posted, opinions by when they were given."""

    drafts: int = 0
    judged: int = 0
    accepted: int = 0
    flagged: int = 0  # drafts that carry a flag
    positives: int = 0
    negatives: int = 0
    stars: tuple[int, ...] = (0, 0, 0, 0, 0)  # how many gave 1, 2, 3, 4, 5
    approvals: int = 0
    flags: int = 0
    flag_categories: Mapping[str, int] = field(default_factory=dict)
    corrections: int = 0
    edits: int = 0
    edit_thousandths: int = 0  # sum of edit distances, in thousandths
    implicit: Mapping[str, int] = field(default_factory=dict)  # used, reposted, ignored: no opinions
    contributors: int = 0

    @property
    def empty(self) -> bool:
        """Nothing was posted and nobody said anything."""
        return not (self.drafts or self.feedback)

    @property
    def feedback(self) -> int:
        """All standing opinions and texts."""
        votes = self.positives + self.negatives + sum(self.stars) + self.approvals
        return votes + self.flags + self.corrections + self.edits


def build_totals(counts: Mapping[str, tuple[int, int]], *, contributors: int) -> Totals:
    """Build totals from `measure → (n, total)`, by the measure names of `Tally`."""

    def n(measure: str) -> int:
        return counts.get(measure, (0, 0))[0]

    return Totals(
        drafts=n("draft"),
        judged=n("judged"),
        accepted=n("accepted"),
        flagged=n("flagged"),
        positives=n("positive"),
        negatives=n("negative"),
        stars=tuple(n(f"rating:{star}") for star in STARS),
        approvals=n("approval"),
        flags=n("flag"),
        flag_categories=_by_value(counts, of="flag"),
        corrections=n("correction"),
        edits=n("edit"),
        edit_thousandths=counts.get("edit", (0, 0))[1],
        implicit=_by_value(counts, of="implicit"),
        contributors=contributors,
    )


class Quality:
    """Reads how drafts were received; writes nothing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def totals(self, scope: Scope, *, first_day: date, last_day: date) -> Totals:
        """Read the tallies of the UTC days from `first_day` to `last_day`, both included: fast at any size."""
        where = and_(_tally_scope(scope, first_day=first_day, last_day=last_day), _summed(scope))
        sums = (
            select(Tally.measure, func.sum(Tally.n), func.sum(Tally.total))
            .where(where)
            .group_by(Tally.measure)
        )
        people = select(func.count(distinct(Tally.user_id))).where(
            _tally_scope(scope, first_day=first_day, last_day=last_day), *_given(scope), Tally.n > 0
        )
        rows = (await self._session.execute(sums)).all()
        contributors = (await self._session.execute(people)).scalar_one()
        return build_totals(
            {name: (int(n), int(total)) for name, n, total in rows}, contributors=contributors
        )

    async def recount(self, scope: Scope, *, since: datetime, until: datetime) -> Totals:
        """Count the rows from `since` to just before `until`: exact to the moment, as slow as the span is long."""
        counts = await self._count_drafts(scope, since=since, until=until)
        opinions = await self._opinions(scope, since=since, until=until)
        for measure, value, _ in opinions:
            for name, total in _measures(measure, value):
                n, before = counts.get(name, (0, 0))
                counts[name] = (n + 1, before + total)
        people = {user_id for dimension, _, user_id in opinions if dimension != "implicit"}
        return build_totals(counts, contributors=len(people))

    async def _count_drafts(
        self, scope: Scope, *, since: datetime, until: datetime
    ) -> dict[str, tuple[int, int]]:
        def how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
            return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

        verdict = DraftStanding.verdict
        query = (
            select(
                func.count(),
                how_many(verdict != "open"),
                how_many(verdict == "accepted"),
                how_many(DraftStanding.flags > 0),
            )
            .select_from(Draft)
            .outerjoin(DraftStanding, DraftStanding.draft_id == Draft.id)
            .where(_draft_scope(scope), Draft.posted_at >= since, Draft.posted_at < until)
        )
        if scope.user_id is not None:
            query = query.where(Draft.requester_id == scope.user_id)
        row = (await self._session.execute(query)).one()
        names = ("draft", "judged", "accepted", "flagged")
        return {name: (int(n), 0) for name, n in zip(names, row, strict=True)}

    async def _opinions(
        self, scope: Scope, *, since: datetime, until: datetime
    ) -> list[tuple[str, str, str]]:
        query = (
            select(Opinion.dimension, Opinion.kind, Opinion.value, Opinion.user_id)
            .join(Draft, Draft.id == Opinion.draft_id)
            .where(
                _draft_scope(scope),
                Opinion.workspace_id == scope.workspace_id,
                Opinion.event_us >= _microseconds(since),
                Opinion.event_us < _microseconds(until),
            )
        )
        if scope.user_id is not None:
            query = query.where(Opinion.user_id == scope.user_id)
        rows = (await self._session.execute(query)).all()
        return [
            (kind if dimension == "text" else dimension, value, user_id)
            for dimension, kind, value, user_id in rows
        ]


def _measures(dimension: str, value: str) -> list[tuple[str, int]]:
    """Return what one opinion adds; a text's value is its edit distance in thousandths."""
    if dimension == "vote":
        return [(value, 0)]
    if dimension == "rating":
        return [("rating", int(value)), (f"rating:{value}", 0)]
    if dimension == "flag":
        return [("flag", 0), (f"flag:{value}", 0)]
    if dimension == "implicit":
        return [(f"implicit:{value}", 0)]
    return [(dimension, int(value or 0) if dimension == "edit" else 0)]


def _by_value(counts: Mapping[str, tuple[int, int]], *, of: str) -> dict[str, int]:
    prefix = f"{of}:"
    return {name.removeprefix(prefix): n for name, (n, _) in counts.items() if name.startswith(prefix) and n}


def _tally_scope(scope: Scope, *, first_day: date, last_day: date) -> ColumnElement[bool]:
    wanted: list[tuple[Any, str | None]] = [
        (Tally.channel_id, scope.channel_id),
        (Tally.task, scope.task),
        (Tally.user_id, scope.user_id),
    ]
    return and_(
        Tally.workspace_id == scope.workspace_id,
        Tally.day.in_(
            _days(first_day, last_day)
        ),  # each day by itself, so that the key's channel is used too
        *(column == value for column, value in wanted if value is not None),
    )


def _is_wide(scope: Scope) -> bool:
    """Whether the counters of the whole workspace answer, instead of those of its channels and people."""
    return scope.channel_id is None and scope.user_id is None


def _summed(scope: Scope) -> ColumnElement[bool]:
    if _is_wide(scope):
        return and_(Tally.channel_id == EVERYWHERE, Tally.user_id.in_(EVERYBODY))
    return Tally.channel_id != EVERYWHERE


def _given(scope: Scope) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    if _is_wide(scope):
        return Tally.channel_id == EVERYWHERE, Tally.measure == GIVEN
    return Tally.channel_id != EVERYWHERE, Tally.measure.in_(sorted(OPINION_MEASURES))


def _days(first_day: date, last_day: date) -> list[date]:
    return [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]


def _draft_scope(scope: Scope) -> ColumnElement[bool]:
    wanted: list[tuple[Any, str | None]] = [(Draft.channel_id, scope.channel_id), (Draft.task, scope.task)]
    return and_(
        Draft.workspace_id == scope.workspace_id,
        *(column == value for column, value in wanted if value is not None),
    )


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
