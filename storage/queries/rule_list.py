"""Finding rules: a page at a time, by words, and what each rests on. As quick with ten thousand rules as with ten."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, distinct, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from storage.keyring import Keyring, Place
from storage.models import AuditEntry, Correction, Draft, Member, Observation, Rule


@dataclass(frozen=True, slots=True)
class Sight:
    """Which rules somebody may see.

    Args:
        user_id: who looks; None: the operator, who sees all.
        everywhere: whether they see the rules of all channels, which admins do.
        channels: the channels whose rules they see in any case. Rules of direct messages are only seen from there.
    """

    user_id: str | None
    everywhere: bool = False
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WantedRules:
    """Which rules are wanted: those that hold in a channel or for a task, the wider ones included."""

    workspace_id: str
    states: tuple[str, ...]
    sight: Sight
    channel_id: str | None = None
    task: str | None = None


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """How many rules a workspace has, and of how many corrections of one person something is learned."""

    active: int = 0
    proposed: int = 0
    own_lessons: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """An observation, and the correction it was found in, if it was in one."""

    observation: Observation
    correction: Correction | None
    hidden: bool  # the draft's text was taken out of sight
    named: bool  # who said it agreed to be named and quoted


class RuleList:
    """Reads rules for people; writes nothing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self, wanted: WantedRules) -> int:
        """Return how many rules are wanted."""
        counted = select(func.count()).select_from(Rule).where(_where(wanted))
        return (await self._session.execute(counted)).scalar_one()

    async def page(self, wanted: WantedRules, *, limit: int, offset: int = 0) -> Sequence[Rule]:
        """Return a page of the rules: proposed ones first, for they wait for somebody; then the newest."""
        page = select(Rule).where(_where(wanted)).order_by(*_ORDER).limit(limit).offset(offset)
        return (await self._session.scalars(page)).all()

    async def texts(self, wanted: WantedRules) -> list[tuple[str, int, str]]:
        """Return (id, number, text) of all rules that are wanted, in the order of `page`."""
        keyring: Keyring = self._session.info["keyring"]
        query = select(Rule.id, Rule.number, Rule.text_sealed).where(_where(wanted)).order_by(*_ORDER)
        rows = (await self._session.execute(query)).all()
        return [
            (rule_id, number, _open(keyring, wanted, rule_id, sealed)) for rule_id, number, sealed in rows
        ]

    async def of_ids(self, workspace_id: str, *, rule_ids: Collection[str]) -> dict[str, Rule]:
        """Return the workspace's rules of these ids, by id."""
        query = select(Rule).where(Rule.id.in_(rule_ids), Rule.workspace_id == workspace_id)
        return {rule.id: rule for rule in await self._session.scalars(query)}

    async def find(self, workspace_id: str, *, rule_id: str, sight: Sight) -> Rule | None:
        """Return the workspace's rule of that id, if there is one that this person may see."""
        wanted = (Rule.id == rule_id, Rule.workspace_id == workspace_id, _in_sight(sight))
        found: Rule | None = await self._session.scalar(select(Rule).where(*wanted))
        return found

    async def evidence(self, rule: Rule, *, at_most: int) -> list[Said]:
        """Return the latest observations that count where the rule holds, newest first.

        They are of all topics: topics are sealed, so whoever calls picks out those of the rule.
        """
        named = and_(Member.named_in_reports, ~Member.opted_out)
        query = (
            select(Observation, Correction, Draft.hidden_at, named)
            .outerjoin(Correction, Correction.id == Observation.correction_id)
            .outerjoin(Draft, Draft.id == Observation.draft_id)
            .outerjoin(
                Member,
                and_(Member.workspace_id == Observation.workspace_id, Member.id == Observation.user_id),
            )
            .where(_observed_in(rule), Observation.state == "counts")
            .order_by(Observation.observed_at.desc(), Observation.id)
            .limit(at_most)
        )
        rows = await self._session.execute(query)
        return [
            Said(observation, correction, hidden_at is not None, bool(agreed))
            for observation, correction, hidden_at, agreed in rows
        ]

    async def history(self, rule: Rule, *, limit: int) -> list[AuditEntry]:
        """Return what was decided about a rule, newest first."""
        noted = (
            AuditEntry.workspace_id == rule.workspace_id,
            AuditEntry.at >= rule.created_at,
            AuditEntry.subject == rule.id,
        )
        query = select(AuditEntry).where(*noted).order_by(AuditEntry.at.desc(), AuditEntry.id).limit(limit)
        return list(await self._session.scalars(query))

    async def named(self, workspace_id: str, *, user_ids: Collection[str]) -> set[str]:
        """Return which of these people agreed to be named."""
        query = select(Member.id).where(
            Member.workspace_id == workspace_id,
            Member.id.in_(user_ids),
            Member.named_in_reports,
            ~Member.opted_out,
        )
        return set(await self._session.scalars(query))

    async def counts(self, workspace_id: str, *, user_id: str) -> RuleCounts:
        """Return how many rules are live, and of how many of somebody's corrections something is learned."""
        states = (
            select(Rule.state, func.count())
            .where(Rule.workspace_id == workspace_id, Rule.state.in_(("active", "proposed")))
            .group_by(Rule.state)
        )
        found = {state: n for state, n in await self._session.execute(states)}  # noqa: C416 - rows are no pairs
        taught = select(func.count(distinct(Observation.correction_id))).where(
            Observation.workspace_id == workspace_id,
            Observation.user_id == user_id,
            Observation.state == "counts",
        )
        own = (await self._session.execute(taught)).scalar_one()
        return RuleCounts(found.get("active", 0), found.get("proposed", 0), own)


_ORDER = (case((Rule.state == "proposed", 0), else_=1), Rule.number.desc())


def _where(wanted: WantedRules) -> ColumnElement[bool]:
    holds = [
        or_(column.is_(None), column == value)
        for column, value in ((Rule.channel_id, wanted.channel_id), (Rule.task, wanted.task))
        if value is not None
    ]
    return and_(
        Rule.workspace_id == wanted.workspace_id,
        Rule.state.in_(wanted.states),
        _in_sight(wanted.sight),
        *holds,
    )


def _in_sight(sight: Sight) -> ColumnElement[bool]:
    """Narrow to what somebody may see: no other channel's rules, and no rules about somebody else's drafts."""
    if sight.user_id is None:
        return true()
    here = Rule.channel_id.in_(sorted(sight.channels))
    if sight.everywhere:
        return or_(Rule.channel_id.is_(None), Rule.channel_id.not_like("D%"), here)
    mine = or_(Rule.requester_id.is_(None), Rule.requester_id == sight.user_id)
    return and_(or_(Rule.channel_id.is_(None), here), mine)


def _observed_in(rule: Rule) -> ColumnElement[bool]:
    bounds = (
        (Observation.channel_id, rule.channel_id),
        (Observation.task, rule.task),
        (Observation.requester_id, rule.requester_id),
    )
    return and_(
        Observation.workspace_id == rule.workspace_id,
        *(column == value for column, value in bounds if value is not None),
    )


def _open(keyring: Keyring, wanted: WantedRules, rule_id: str, sealed: str | None) -> str:
    place = Place("rules", "text_sealed", wanted.workspace_id, rule_id)
    return str(keyring.open(sealed, place=place)) if sealed else ""
