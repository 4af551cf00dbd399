"""Brings the rules of touched topics in line with the evidence. The caller holds the workspace's lock.

What an admin decided stays as it is, and what a poll did until those change their minds who decided it; evidence moves
the other rules. A scope never has two active rules of a topic: what evidence wants against a decision waits for an admin.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.learning.rules.conflicts import Polling
from bot.learning.rules.deciding import Conflict, Decision, Limit, Wanted, by_topic, decide
from bot.learning.rules.reopening import BY_RELEASE, reopen
from bot.learning.rules.rule_changes import ACTIVE, PROPOSED, Hand, learned_rule, weigh
from bot.learning.rules.weighing import read_evidence
from bot.learning.scopes import Scope
from storage.models import Rule
from storage.repositories import ENDED_BY_EVIDENCE
from storage.unit_of_work import UnitOfWork

BUDGET: Final = 40  # active rules of one scope; the least useful ones make room
NARROWED: Final = "narrowed"
EVIDENCE, ADMIN, POLL, NO_ROOM = "evidence", "admin", "poll", "budget"  # what a proposed rule waits for
_CLOSED: Final = 200  # ended rules that are looked at before a new one is made


@dataclass
class _House:
    """The rules of a workspace while they are brought in line."""

    hand: Hand
    workspace_id: str
    live: list[Rule]
    closed: list[Rule]
    needs_admin: frozenset[str]
    polling: Polling

    def of_topic(self, topic: str) -> list[Rule]:
        return [rule for rule in self.live if rule.topic == topic and rule.state in (ACTIVE, PROPOSED)]


async def bring_in_line(
    unit: UnitOfWork,
    workspace_id: str,
    *,
    now: datetime,
    polling: Polling,
    topics: Iterable[str] | None = None,
) -> int:
    """Decide these topics anew (None: all that have evidence or rules); return how many."""
    wanted = None if topics is None else set(topics)
    if wanted is not None and not wanted:
        return 0
    evidence = by_topic(await read_evidence(unit, workspace_id, now=now, topics=wanted))
    house = await _read_house(unit, workspace_id, now=now, polling=polling)
    chosen = sorted(wanted if wanted is not None else {*evidence, *(rule.topic for rule in house.live)})
    for topic in chosen:
        rules, said = house.of_topic(topic), evidence.get(topic, [])
        decision = decide(said, limits=_limits(rules))
        await reopen(house.hand, rules, said, decision)
        await _settle(house, rules, decision)
    await unit.flush()
    return len(chosen)


async def _read_house(unit: UnitOfWork, workspace_id: str, *, now: datetime, polling: Polling) -> _House:
    channels = await unit.channels.of_workspace(workspace_id)
    return _House(
        hand=Hand(unit, now),
        workspace_id=workspace_id,
        live=await unit.rules.live(workspace_id),
        closed=await unit.rules.closed(workspace_id, limit=_CLOSED),
        needs_admin=frozenset(channel.id for channel in channels if channel.rules_need_admin),
        polling=polling,
    )


def _limits(rules: Iterable[Rule]) -> list[Limit]:
    return [Limit(Scope.of(rule), rule.stance) for rule in rules if rule.reason == NARROWED]


def is_decided(rule: Rule) -> bool:
    """Tell whether people decided about a rule, so that evidence alone does not change it."""
    return rule.approved_by is not None or rule.origin == "written"


async def _settle(house: _House, rules: Sequence[Rule], decision: Decision) -> None:
    """Bring one topic's rules in line with what its evidence amounts to."""
    fixed = [rule for rule in rules if is_decided(rule)]
    free = [rule for rule in rules if not is_decided(rule)]
    _weigh_fixed(fixed, decision)
    wishes = _wishes(house, fixed, decision)
    pairs = _paired(wishes, free)
    kept = {rule.id for _, rule in pairs if rule is not None}
    for rule in free:
        if rule.id not in kept:
            await _end(house, rule, decision, fixed)
    for wish, given in pairs:
        await _grant(house, wish, given)
    await _ask(house, decision.conflicts)


@dataclass(frozen=True)
class _Wish:
    """A rule that should be there, in which state and why."""

    wanted: Wanted
    state: str
    reason: str
    is_against: bool = False  # what people decided there


def _weigh_fixed(fixed: Iterable[Rule], decision: Decision) -> None:
    found = {(wanted.scope, wanted.side.stance): wanted for wanted in decision.wanted}
    for rule in fixed:
        wanted = found.get((Scope.of(rule), rule.stance))
        if wanted is not None:
            weigh(rule, wanted)


def _wishes(house: _House, fixed: Sequence[Rule], decision: Decision) -> list[_Wish]:
    """Return what evidence asks for, as far as decisions of people leave it to evidence."""
    wishes: list[_Wish] = []
    for wanted in decision.wanted:
        over = _decided_for(wanted.scope, fixed)
        if over is not None and over.stance == wanted.side.stance:
            continue  # It holds there already.
        is_exception = over is not None and over.approved_by == BY_RELEASE and Scope.of(over) != wanted.scope
        wishes.append(_wish(house, wanted, is_against=over is not None and not is_exception))
    for conflict in decision.conflicts:
        if _decided_for(conflict.scope, fixed) is None:
            sides = (side for side in (conflict.first, conflict.second) if side.text)
            wishes += [_Wish(Wanted(conflict.scope, side, is_active=False), PROPOSED, POLL) for side in sides]
    return wishes


def _decided_for(scope: Scope, fixed: Iterable[Rule]) -> Rule | None:
    """Return the narrowest active rule that people decided on and that holds in all of a scope."""
    over = [rule for rule in fixed if rule.state == ACTIVE and Scope.of(rule).includes(scope)]
    return max(over, key=lambda rule: Scope.of(rule).narrowness, default=None)


def _wish(house: _House, wanted: Wanted, *, is_against: bool) -> _Wish:
    if not wanted.is_active:
        return _Wish(wanted, PROPOSED, EVIDENCE)
    channels = (
        {wanted.scope.channel_id} if wanted.scope.channel_id else {place[0] for place in wanted.side.places}
    )
    if is_against or channels & house.needs_admin:
        return _Wish(wanted, PROPOSED, ADMIN, is_against=is_against)
    return _Wish(wanted, ACTIVE, "")


def _paired(wishes: Sequence[_Wish], rules: Iterable[Rule]) -> list[tuple[_Wish, Rule | None]]:
    """Give each wish the rule that there is for it: of the same scope, else one of the same stance that moves there."""
    left = sorted(rules, key=lambda rule: (rule.state != ACTIVE, rule.number))
    pairs: list[tuple[_Wish, Rule | None]] = []
    for is_exact in (True, False):
        for wish in sorted(wishes, key=lambda one: (one.state != ACTIVE, one.wanted.scope.narrowness)):
            if any(wish is paired for paired, _ in pairs):
                continue
            found = next((rule for rule in left if _fits(rule, wish, is_exact=is_exact)), None)
            if found is not None:
                left.remove(found)
            if found is not None or not is_exact:
                pairs.append((wish, found))
    return pairs


def _fits(rule: Rule, wish: _Wish, *, is_exact: bool) -> bool:
    own, scope = Scope.of(rule), wish.wanted.scope
    if rule.stance != wish.wanted.side.stance:
        return False
    if is_exact:
        return own == scope
    may_move = rule.state == wish.state and rule.reason not in (NARROWED, POLL) and wish.reason != POLL
    return may_move and (own.includes(scope) or scope.includes(own))


async def _end(house: _House, rule: Rule, decision: Decision, fixed: Sequence[Rule]) -> None:
    """End a rule that evidence no longer asks for, and say why."""
    scope = Scope.of(rule)
    active = [one for one in decision.wanted if one.is_active]
    holding = [one.side.stance for one in active if one.scope.includes(scope)]
    holding += [one.stance for one in fixed if one.state == ACTIVE and Scope.of(one).includes(scope)]
    if rule.stance in holding:
        await house.hand.end(rule, reason="merged")
    elif holding or any(scope.includes(one.scope) for one in active):
        await house.hand.end(rule, reason="outweighed")
    elif any(one.side.stance == rule.stance for one in decision.wanted) or decision.conflicts:
        await house.hand.end(rule, reason="faded", action="expired")
    else:
        await house.hand.end(rule, reason="unsupported", action="expired")


async def _grant(house: _House, wish: _Wish, rule: Rule | None) -> None:
    """Let a rule be there as wished: the one there is, one that ended, or a new one."""
    if wish.reason == ADMIN and rule is not None and rule.state == ACTIVE and not wish.is_against:
        wish = _Wish(wish.wanted, ACTIVE, "")  # Only new rules wait: what holds there already was let in.
    wish = await _within_budget(house, wish, rule)
    rule = rule or _ended(house, wish)
    if rule is None:
        now = house.hand.now
        made = learned_rule(house.workspace_id, wish.wanted, state=wish.state, reason=wish.reason, now=now)
        house.live.append(await house.hand.add(made))
        return
    if rule not in house.live:
        house.live.append(rule)
    await house.hand.move(rule, wish.wanted.scope)
    weigh(rule, wish.wanted)
    if wish.state == ACTIVE:
        await house.hand.activate(rule, reason=rule.reason if rule.reason == NARROWED else "")
    else:
        await house.hand.propose(rule, reason=NARROWED if rule.reason == NARROWED else wish.reason)


def _ended(house: _House, wish: _Wish) -> Rule | None:
    """Return an ended rule that is the same: with new evidence it is there again, by its old number."""
    wanted = wish.wanted
    for rule in house.closed:
        is_same = Scope.of(rule) == wanted.scope and rule.state != ACTIVE
        if is_same and rule.reason in ENDED_BY_EVIDENCE and not is_decided(rule) and _says(rule, wanted):
            house.closed.remove(rule)
            return rule
    return None


def _says(rule: Rule, wanted: Wanted) -> bool:
    return (rule.topic, rule.stance) == (wanted.side.latest.topic, wanted.side.stance)


async def _within_budget(house: _House, wish: _Wish, rule: Rule | None) -> _Wish:
    """Make room for a rule that becomes active, by ending the least useful one; else it has to wait."""
    if wish.state != ACTIVE or (rule is not None and rule.state == ACTIVE):
        return wish
    there = [one for one in house.live if one.state == ACTIVE and Scope.of(one) == wish.wanted.scope]
    if len(there) < BUDGET:
        return wish
    free = [one for one in there if not is_decided(one)]
    least = min(free, key=lambda one: (one.weight_for - one.weight_against, -one.number), default=None)
    if (
        least is None
        or least.weight_for - least.weight_against >= wish.wanted.side.weight - wish.wanted.against
    ):
        return _Wish(wish.wanted, PROPOSED, NO_ROOM)
    await house.hand.end(least, reason=NO_ROOM, action="expired")
    return wish


async def _ask(house: _House, conflicts: Iterable[Conflict]) -> None:
    for conflict in conflicts:
        sides = _sides(house.live, conflict)
        if len(sides) == 2:
            newest = max(conflict.first.latest.at, conflict.second.latest.at)
            await house.polling.ask(house.hand, sides[0], sides[1], newest=newest)


def _sides(live: Iterable[Rule], conflict: Conflict) -> list[Rule]:
    by_stance: Mapping[str, Rule] = {
        rule.stance: rule
        for rule in live
        if rule.state == PROPOSED
        and rule.topic == conflict.first.latest.topic
        and Scope.of(rule) == conflict.scope
    }
    stances = (conflict.first.stance, conflict.second.stance)
    return [by_stance[stance] for stance in stances if stance in by_stance]
