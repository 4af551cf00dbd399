"""Weights of raters, and the rows that they are measured from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, exists, func, or_, select

from storage.models import (
    Anchor,
    AnchorAnswer,
    Draft,
    Member,
    Observation,
    Opinion,
    RaterWeight,
    Workspace,
)
from storage.repositories.base import Repository

_KEY = ("workspace_id", "user_id", "task", "kind")
_ROWS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Judgement:
    """One current opinion on a draft, as far as it says whether the draft is good."""

    user_id: str
    draft_id: str
    task: str
    dimension: str
    value: str


class RaterWeights(Repository):
    """What people's judgement weighs."""

    async def of_person(self, workspace_id: str, *, user_id: str) -> list[RaterWeight]:
        """Return somebody's weights, those that rest on most first."""
        theirs = select(RaterWeight).where(
            RaterWeight.workspace_id == workspace_id, RaterWeight.user_id == user_id
        )
        order = (RaterWeight.judged.desc(), RaterWeight.task, RaterWeight.kind)
        return list(await self._session.scalars(theirs.order_by(*order)))

    async def of_task(self, workspace_id: str, *, task: str, kind: str) -> dict[str, float]:
        """Return the weight of everybody who is known in a task; whoever is not counts in full."""
        rows = await self._session.execute(
            select(RaterWeight.user_id, RaterWeight.weight).where(
                RaterWeight.workspace_id == workspace_id, RaterWeight.task == task, RaterWeight.kind == kind
            )
        )
        return {str(user_id): float(weight) for user_id, weight in rows}

    async def replace(self, workspace_id: str, rows: Iterable[RaterWeight]) -> None:
        """Keep these weights, and no others, for a workspace."""
        await self._session.execute(delete(RaterWeight).where(RaterWeight.workspace_id == workspace_id))
        self._session.add_all(rows)
        await self._session.flush()

    async def workspaces_to_measure(self) -> list[str]:
        """Return the workspaces in which something was said or verified since weights were last measured."""
        measured = (
            select(RaterWeight.workspace_id, func.max(RaterWeight.measured_at).label("at"))
            .group_by(RaterWeight.workspace_id)
            .subquery()
        )
        rows = await self._session.execute(
            select(Workspace.id, measured.c.at).outerjoin(measured, measured.c.workspace_id == Workspace.id)
        )
        return [workspace_id for workspace_id, at in rows if await self._has_new(workspace_id, at)]

    async def _has_new(self, workspace_id: str, since: datetime | None) -> bool:
        moment = since or datetime.fromtimestamp(0, UTC)
        news = or_(
            exists().where(
                Opinion.workspace_id == workspace_id, Opinion.event_us > round(moment.timestamp() * 1_000_000)
            ),
            exists().where(Observation.workspace_id == workspace_id, Observation.observed_at > moment),
            exists().where(Anchor.workspace_id == workspace_id, Anchor.marked_at > moment),
            exists().where(AnchorAnswer.workspace_id == workspace_id, AnchorAnswer.answered_at > moment),
        )
        return bool(await self._session.scalar(select(news)))

    async def judgements(
        self,
        workspace_id: str,
        *,
        dimensions: Sequence[str],
        since_us: int,
        at_most: int,
        channel_id: str | None = None,
        task: str | None = None,
    ) -> list[Judgement]:
        """Return people's current opinions of these dimensions from since then, in the order they were given.

        Of more than `at_most` in the workspace the latest are looked at; a channel's or a task's are among those.
        """
        latest = (
            select(Opinion)
            .where(
                Opinion.workspace_id == workspace_id,
                Opinion.event_us >= since_us,
                Opinion.dimension.in_(dimensions),
            )
            .order_by(Opinion.event_us.desc(), Opinion.draft_id, Opinion.user_id, Opinion.slot)
            .limit(at_most)
            .subquery()
        )
        said = latest.c
        wanted = [(Draft.channel_id, channel_id), (Draft.task, task)]
        held = (
            select(said.user_id, said.draft_id, Draft.task, said.dimension, said.value)
            .join(Draft, Draft.id == said.draft_id)
            .where(*(column == value for column, value in wanted if value is not None))
            .order_by(said.event_us, said.draft_id, said.user_id, said.slot)
        )
        return [Judgement(*row) for row in (await self._session.execute(held)).all()]

    async def observations(self, workspace_id: str, *, at_most: int) -> list[Observation]:
        """Return the latest counting observations of people who take part, the latest first."""
        silent = exists().where(
            Member.workspace_id == Observation.workspace_id,
            Member.id == Observation.user_id,
            Member.opted_out.is_(True),
        )
        counting = select(Observation).where(
            Observation.workspace_id == workspace_id, Observation.state == "counts", ~silent
        )
        latest = counting.order_by(Observation.observed_at.desc(), Observation.id).limit(at_most)
        return list(await self._session.scalars(latest))
