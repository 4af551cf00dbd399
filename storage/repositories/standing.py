"""Rules that a draft saw and that its readers let stand: by accepting it, or by an edit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Select, Subquery, and_, func, or_, select

from storage.models import Correction, Draft, Opinion, Rule, RuleSighting
from storage.repositories.base import Repository
from storage.repositories.rules import ENDED_BY_EVIDENCE, LIVE

_LATEST: Final = 2  # of one reader, rule, channel and task: what they let stand before adds nothing
_ACCEPTS: Final = or_(
    and_(Opinion.dimension == "vote", Opinion.value == "positive"),
    and_(Opinion.dimension == "approval", Opinion.value == "true"),
)
_REWRITES: Final = and_(
    Correction.state == "standing",
    Correction.interpretation == "rewrite",
    Correction.lesson == "on",
    Correction.first_line.is_(None),
)


@dataclass(frozen=True, slots=True)
class LetStand:
    """One reader of one draft that followed a rule; `correction_id` is None where they took the draft as it was.

    `age`: drafts of that channel and task that saw rules since.
    """

    rule: Rule
    draft_id: str
    channel_id: str
    task: str
    requester_id: str | None
    age: int
    user_id: str
    at: datetime
    correction_id: str | None = None


class LetStands(Repository):
    """Reads sightings of rules together with what readers did about those drafts; writes nothing."""

    async def latest(self, workspace_id: str, *, limit: int) -> list[LetStand]:
        """Return what the readers of the latest sighted drafts (`limit` sightings) accepted or rewrote.

        Opinions that do not count are none. Rules that people ended are left out: nobody let them stand.
        """
        seen = _seen(workspace_id, limit=limit)
        accepted = _ranked(seen, Opinion.user_id, Opinion.event_us).join(
            Opinion, and_(Opinion.draft_id == seen.c.draft_id, _ACCEPTS)
        )
        rewritten = _ranked(seen, Correction.user_id, Correction.changed_at, Correction.id).join(
            Correction, and_(Correction.draft_id == seen.c.draft_id, _REWRITES)
        )
        taken = (await self._session.execute(_newest(accepted))).all()
        put_right = (await self._session.execute(_newest(rewritten))).all()
        # Each rule is read once: beside every row its texts would be most of what is read.
        rules = await self._not_ended({row.rule_id for row in (*taken, *put_right)})
        accepts = [LetStand(*(rules[row[0]], *row[1:7], _moment(row[7]))) for row in taken if row[0] in rules]
        return [*accepts, *(LetStand(rules[row[0]], *row[1:]) for row in put_right if row[0] in rules)]

    async def _not_ended(self, rule_ids: Collection[str]) -> dict[str, Rule]:
        """Return those of the rules that no person ended, by id."""
        if not rule_ids:
            return {}
        lives_on = or_(Rule.state.in_(LIVE), Rule.reason.in_(ENDED_BY_EVIDENCE))
        rules = await self._session.scalars(select(Rule).where(Rule.id.in_(rule_ids), lives_on))
        return {rule.id: rule for rule in rules}


def _seen(workspace_id: str, *, limit: int) -> Subquery:
    """Return the latest sightings with the places of their drafts, and how many drafts came there since."""
    latest = (
        select(RuleSighting.rule_id, RuleSighting.draft_id)
        .where(RuleSighting.workspace_id == workspace_id)
        .order_by(RuleSighting.seen_at.desc())
        .limit(limit)
        .subquery()
    )
    newer = func.dense_rank().over(
        partition_by=(Draft.channel_id, Draft.task), order_by=(Draft.created_at.desc(), Draft.id)
    )
    place = (Draft.channel_id, Draft.task, Draft.requester_id, (newer - 1).label("age"))
    return select(latest, *place).join(Draft, Draft.id == latest.c.draft_id).subquery()


def _ranked(seen: Subquery, user_id: Any, at: Any, *more: Any) -> Select[Any]:
    """Return the statement for what readers did, each reader's latest first; columns as in `LetStand`."""
    rank = func.row_number().over(
        partition_by=(seen.c.rule_id, user_id, seen.c.channel_id, seen.c.task), order_by=at.desc()
    )
    place = (seen.c.draft_id, seen.c.channel_id, seen.c.task, seen.c.requester_id, seen.c.age)
    return select(seen.c.rule_id, rank.label("rank"), *place, user_id, at, *more).select_from(seen)


def _newest(ranked: Select[Any]) -> Select[Any]:
    rows = ranked.subquery()
    return select(*(column for column in rows.c if column.name != "rank")).where(rows.c.rank <= _LATEST)


def _moment(event_us: int) -> datetime:
    return datetime.fromtimestamp(event_us / 1_000_000, UTC)
