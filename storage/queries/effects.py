"""What became of drafts that saw a rule, and of drafts where it would have held that did not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Correction, Draft, DraftStanding, Rule, RuleSighting


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of the comparison.

    Args:
        drafts: how many were looked at.
        judged: how many of them people accepted or rejected.
        accepted: how many they accepted.
        measured: of how many it is known how much was changed: of corrected ones, and of accepted ones (nothing was).
        changed: the sum of the shares of words that were changed, each 0 … 1.
    """

    drafts: int = 0
    judged: int = 0
    accepted: int = 0
    measured: int = 0
    changed: float = 0.0

    @classmethod
    def of(cls, rows: Iterable[Row[str | None, float | None]]) -> Self:
        """Add up drafts, each given as its verdict and the mean edit distance of its standing corrections."""
        told = [(verdict or "open", distance) for verdict, distance in rows]
        changed = [distance if distance is not None else _untouched(verdict) for verdict, distance in told]
        known = [distance for distance in changed if distance is not None]
        verdicts = [verdict for verdict, _ in told]
        accepted = verdicts.count("accepted")
        return cls(len(told), len(told) - verdicts.count("open"), accepted, len(known), sum(known))


def _untouched(verdict: str) -> float | None:
    """An accepted draft that nobody corrected was right as it was; of any other it is not known."""
    return 0.0 if verdict == "accepted" else None


class EffectQueries:
    """Reads how drafts did with and without a rule; writes nothing.

    Draft ids are random, so the first drafts by id are a fair sample of all of them: as quick with a hundred thousand
    drafts as with a hundred.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def with_rule(self, rule: Rule, *, at_most: int) -> Arm:
        """Return how drafts did that saw the rule and stand where it holds now."""
        saw = (
            select(RuleSighting.draft_id)
            .where(RuleSighting.rule_id == rule.id, RuleSighting.workspace_id == rule.workspace_id)
            .order_by(RuleSighting.draft_id)
            .limit(at_most)
            .subquery()
        )
        posted = (_in_scope(rule), Draft.posted_at.is_not(None))
        sample = select(Draft.id).join(saw, saw.c.draft_id == Draft.id).where(*posted)
        return await self._arm(sample)

    async def without_rule(self, rule: Rule, *, since: datetime, at_most: int) -> Arm:
        """Return how drafts did that were posted since then where the rule holds now, and did not see it."""
        saw = (
            select(RuleSighting.draft_id)
            .where(RuleSighting.rule_id == rule.id, RuleSighting.draft_id == Draft.id)
            .exists()
        )
        sample = (
            select(Draft.id)
            .where(_in_scope(rule), Draft.posted_at >= since, ~saw)
            .order_by(Draft.id)
            .limit(at_most)
        )
        return await self._arm(sample)

    async def _arm(self, sample: Any) -> Arm:
        drafts = sample.subquery()
        distance = (
            select(func.avg(Correction.edit_distance))
            .where(
                Correction.draft_id == drafts.c.id,
                Correction.state == "standing",
                Correction.edit_distance.is_not(None),
            )
            .scalar_subquery()
        )
        query = select(DraftStanding.verdict, distance).select_from(
            drafts.outerjoin(DraftStanding, DraftStanding.draft_id == drafts.c.id)
        )
        return Arm.of(await self._session.execute(query))


def _in_scope(rule: Rule) -> ColumnElement[bool]:
    wanted: list[tuple[Any, str | None]] = [
        (Draft.channel_id, rule.channel_id),
        (Draft.task, rule.task),
        (Draft.requester_id, rule.requester_id),
    ]
    return and_(
        Draft.workspace_id == rule.workspace_id,
        *(column == value for column, value in wanted if value is not None),
    )
