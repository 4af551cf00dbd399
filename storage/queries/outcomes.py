"""What a team's own results say about each release: per draft for a trial, summed up for people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Draft, Outcome
from storage.queries.quality import Scope


@dataclass(frozen=True, slots=True)
class DraftOutcome:
    """The latest value of one outcome for one draft."""

    draft_id: str
    release: str
    value: float


@dataclass(frozen=True, slots=True)
class OutcomeSum:
    """One outcome of one release: how many drafts have it, their mean, and the sum of squares around it."""

    name: str
    release: str
    n: int
    mean: float
    squares: float


class OutcomeFigures:
    """Reads outcomes; a draft measured several times counts once, with its latest value of the span."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def values(
        self, scope: Scope, *, name: str, since: datetime, until: datetime
    ) -> list[DraftOutcome]:
        """Return one outcome per draft, as a trial takes it for its measure: by release, then by draft."""
        latest = _latest(scope, since=since, until=until).subquery()
        chosen = select(latest.c.draft_id, latest.c.release, latest.c.value).where(
            latest.c.age == 1, latest.c.name == name
        )
        rows = await self._session.execute(chosen.order_by(latest.c.release, latest.c.draft_id))
        return [DraftOutcome(*row) for row in rows]

    async def sums(self, scope: Scope, *, since: datetime, until: datetime) -> list[OutcomeSum]:
        """Sum up every outcome of every release that was measured from `since` to just before `until`."""
        latest = _latest(scope, since=since, until=until).subquery()
        centred = (
            select(
                latest.c.name,
                latest.c.release,
                latest.c.value,
                func.avg(latest.c.value).over(partition_by=(latest.c.name, latest.c.release)).label("mean"),
            )
            .where(latest.c.age == 1)
            .subquery()
        )
        off = centred.c.value - centred.c.mean  # Around the mean, so that large values lose no digits.
        summed = (
            select(
                centred.c.name, centred.c.release, func.count(), func.min(centred.c.mean), func.sum(off * off)
            )
            .group_by(centred.c.name, centred.c.release)
            .order_by(centred.c.name, centred.c.release)
        )
        return [OutcomeSum(*row) for row in await self._session.execute(summed)]


def _latest(scope: Scope, *, since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    """Return the outcomes of a scope and span; of each draft and name the latest has `age` 1."""
    age = func.row_number().over(
        partition_by=(Outcome.draft_id, Outcome.name),
        order_by=(Outcome.measured_at.desc(), Outcome.id),
    )
    told = select(Outcome.draft_id, Outcome.name, Outcome.value, Draft.release, age.label("age")).join(
        Draft, Draft.id == Outcome.draft_id
    )
    told = told.where(
        Outcome.workspace_id == scope.workspace_id,
        Outcome.measured_at >= since,
        Outcome.measured_at < until,
    )
    wanted: tuple[tuple[Any, str | None], ...] = (
        (Draft.channel_id, scope.channel_id),
        (Draft.task, scope.task),
        (Draft.requester_id, scope.user_id),
    )
    return told.where(*(column == value for column, value in wanted if value is not None))
