"""What people decide about rules: undo, narrow, propose, approve, retire, edit, and how a poll ends."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.learning.rules.conflicts import Polling
from bot.learning.rules.dropping import drop, outside, speak_against, supporting
from bot.learning.rules.lifecycle import EVIDENCE, NARROWED, bring_in_line
from bot.learning.rules.observing import COUNTS
from bot.learning.rules.reopening import BY_POLL
from bot.learning.rules.rights import (
    OPERATOR,
    NoSuchRule,
    NotYours,
    Rights,
    ScopeNotNarrower,
    SilentMember,
)
from bot.learning.rules.rule_changes import ACTIVE, PROPOSED, Hand
from bot.learning.rules.rule_desk import (
    get_live_rule,
    get_rule,
    get_rules,
    make_room,
    mark_undone,
    read_saying,
    require_heard,
    written_rule,
)
from bot.learning.sayings.guard import require_plain
from bot.learning.scopes import Scope
from bot.runtime.durable import Durable
from bot.slack.access import Admins
from storage.engine import Database
from storage.models import Rule
from storage.repositories.base import found

__all__ = ["OPERATOR", "Decided", "Decisions", "NoSuchRule", "NotYours", "ScopeNotNarrower", "SilentMember"]

Action = Literal[
    "undone",
    "narrowed",
    "proposed",
    "approved",
    "retired",
    "edited",
    "rescoped",
    "settled",
    "opposed",
    "unchanged",
]


@dataclass(frozen=True)
class Decided:
    """What a decision did: `opposed`: the press counts as a voice against; `unchanged`: it was so already."""

    action: Action
    rules: tuple[Rule, ...] = ()


class Decisions:
    """Each method is one transaction with the workspace locked, and leaves an entry in the audit log."""

    def __init__(
        self, database: Database, *, admins: Admins, durable: Durable, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._rights = Rights(database, admins)
        self._polling = Polling(durable)
        self._clock = clock

    async def undo(
        self,
        workspace_id: str,
        *,
        user_id: str,
        correction_id: str | None = None,
        rule_id: str | None = None,
    ) -> Decided:
        """Take back all that a correction taught (by its author), or one rule (by who taught it, or an admin).

        Anybody else's press is a voice against the rule.

        Raises:
            NoSuchRule: it is not there, or in another workspace.
            NotYours: somebody else's correction.
            SilentMember: what this person presses does not count.
        """
        decides = await self._rights.decides(workspace_id, user_id=user_id)
        async with self._hand(workspace_id, user_id) as hand:
            if correction_id is not None:
                return await self._undo_correction(hand, workspace_id, correction_id, decides=decides)
            rule = await get_rule(hand, workspace_id, rule_id or "")
            if rule.state not in (ACTIVE, PROPOSED):
                return Decided("unchanged", (rule,))
            return await self._undo_rule(hand, rule, decides=decides)

    async def _undo_correction(
        self, hand: Hand, workspace_id: str, correction_id: str, *, decides: bool
    ) -> Decided:
        correction = await hand.unit.corrections.find_by_id(workspace_id, correction_id=correction_id)
        if correction is None:
            raise NoSuchRule
        if not decides and correction.user_id != hand.actor_id:
            raise NotYours
        said = [
            one for one in await hand.unit.observations.of_correction(correction_id) if one.state == COUNTS
        ]
        before = {rule.id for rule in await hand.unit.rules.live(workspace_id)}
        correction.lesson = "undone"
        await self._decide_anew(hand, workspace_id, await drop(hand, said))
        gone = [
            rule
            for rule in await get_rules(hand, workspace_id, before)
            if rule.state not in (ACTIVE, PROPOSED)
        ]
        for rule in gone:
            await mark_undone(hand, rule)
        return Decided("undone", tuple(gone))

    async def _undo_rule(self, hand: Hand, rule: Rule, *, decides: bool) -> Decided:
        taught = await supporting(hand, rule)
        own = [one for one in taught if one.user_id == hand.actor_id]
        is_author = rule.author_id == hand.actor_id and rule.approved_by in (None, hand.actor_id)
        if decides or is_author:
            return await self._end(hand, rule, reason="undone")
        await require_heard(hand, rule.workspace_id)
        if not own:
            is_new = await speak_against(hand, rule, user_id=hand.actor_id)
            return await self._opposed(hand, rule, is_new=is_new)
        await self._decide_anew(hand, rule.workspace_id, await drop(hand, own))
        if rule.state in (ACTIVE, PROPOSED):  # Others taught it too.
            return await self._opposed(hand, rule, is_new=True)
        await mark_undone(hand, rule)
        return Decided("undone", (rule,))

    async def _opposed(self, hand: Hand, rule: Rule, *, is_new: bool) -> Decided:
        if is_new:
            await hand.note(rule, "opposed")
            await self._decide_anew(hand, rule.workspace_id, {rule.topic})
        return Decided("opposed", (rule,))

    async def narrow(self, workspace_id: str, *, rule_id: str, scope: Scope, user_id: str) -> Decided:
        """Let a rule hold in a narrower scope only (*Too broad*).

        What spoke for it elsewhere counts no longer, and what is left speaks for no broader rule.

        Raises:
            NoSuchRule: it is not there.
            NotYours: somebody else taught it.
            ScopeNotNarrower: the scope is not within the rule's own.
        """
        decides = await self._rights.decides(workspace_id, user_id=user_id)
        async with self._hand(workspace_id, user_id) as hand:
            rule = await get_live_rule(hand, workspace_id, rule_id)
            taught = await supporting(hand, rule)
            if not decides and not any(one.user_id == user_id for one in taught):
                raise NotYours
            if not Scope.of(rule).includes(scope) or Scope.of(rule) == scope:
                raise ScopeNotNarrower
            await make_room(hand, rule, scope)
            await drop(hand, outside(taught, scope), undo_lessons=False)
            rule.reason = NARROWED if rule.reason in ("", EVIDENCE) else rule.reason
            await hand.move(rule, scope, action="narrowed")
            await self._decide_anew(hand, workspace_id, {rule.topic})
            return Decided("narrowed", (rule,))

    async def propose(self, workspace_id: str, *, text: str, scope: Scope, user_id: str) -> Decided:
        """Keep a rule that somebody wrote; one by somebody who decides is active at once.

        Raises:
            FormError: the text is no rule; by the block id `text`.
            SilentMember: what this person writes does not count.
        """
        require_plain(text, field="text")
        decides = await self._rights.decides(workspace_id, user_id=user_id)
        async with self._hand(workspace_id, user_id) as hand:
            if not decides:
                await require_heard(hand, workspace_id)
            said = await read_saying(hand, workspace_id, text)
            live = await hand.unit.rules.live(workspace_id)
            same = [one for one in live if Scope.of(one) == scope and one.topic == said.topic]
            known = next((one for one in same if one.stance == said.stance), None)
            if known is not None:
                return await self._approve(hand, known) if decides else Decided("unchanged", (known,))
            rule = written_rule(workspace_id, said, scope, hand, is_active=decides)
            if decides:
                await make_room(hand, rule, scope)
            await hand.add(rule)
            await self._decide_anew(hand, workspace_id, {rule.topic})
            return Decided("proposed", (rule,))

    async def approve(self, workspace_id: str, *, rule_id: str, user_id: str) -> Decided:
        """Let somebody who decides make a rule active, and keep evidence from changing it.

        Raises:
            NoSuchRule: it is not there.
            NotAnAdmin: this person does not decide about rules.
        """
        await self._rights.require(workspace_id, user_id=user_id)
        async with self._hand(workspace_id, user_id) as hand:
            return await self._approve(hand, await get_rule(hand, workspace_id, rule_id))

    async def _approve(self, hand: Hand, rule: Rule) -> Decided:
        if rule.state == ACTIVE and rule.approved_by is not None:
            return Decided("unchanged", (rule,))
        await make_room(hand, rule, Scope.of(rule))
        if rule.state == ACTIVE:
            rule.approved_by = hand.actor_id
            await hand.note(rule, "approved")
        await hand.activate(rule, approved_by=hand.actor_id)
        await self._decide_anew(hand, rule.workspace_id, {rule.topic})
        return Decided("approved", (rule,))

    async def retire(self, workspace_id: str, *, rule_id: str, user_id: str) -> Decided:
        """Let somebody who decides end a rule; it needs new evidence to come back.

        Raises:
            NoSuchRule: it is not there.
            NotAnAdmin: this person does not decide about rules.
        """
        await self._rights.require(workspace_id, user_id=user_id)
        async with self._hand(workspace_id, user_id) as hand:
            rule = await get_rule(hand, workspace_id, rule_id)
            if rule.state not in (ACTIVE, PROPOSED):
                return Decided("unchanged", (rule,))
            return await self._end(hand, rule, reason="retired")

    async def _end(self, hand: Hand, rule: Rule, *, reason: Literal["undone", "retired"]) -> Decided:
        taught = await supporting(hand, rule)
        await drop(hand, taught, undo_lessons=reason == "undone")
        await hand.end(rule, reason=reason, action=reason)
        await self._decide_anew(hand, rule.workspace_id, {rule.topic})
        return Decided(reason, (rule,))

    async def edit(self, workspace_id: str, *, rule_id: str, text: str, user_id: str) -> Decided:
        """Let somebody who decides say a rule in other words.

        Raises:
            FormError: the text is no rule; by the block id `text`.
            NoSuchRule: it is not there.
            NotAnAdmin: this person does not decide about rules.
        """
        require_plain(text, field="text")
        await self._rights.require(workspace_id, user_id=user_id)
        async with self._hand(workspace_id, user_id) as hand:
            rule = await get_live_rule(hand, workspace_id, rule_id)
            said = await read_saying(hand, workspace_id, text, without=rule)
            if said.text == rule.text:
                return Decided("unchanged", (rule,))
            before = rule.topic
            await make_room(hand, rule, Scope.of(rule), topic=said.topic)
            await hand.reword(rule, topic=said.topic, stance=said.stance, text=said.text)
            await hand.activate(rule, approved_by=user_id)
            await self._decide_anew(hand, workspace_id, {before, rule.topic})
            return Decided("edited", (rule,))

    async def rescope(self, workspace_id: str, *, rule_id: str, scope: Scope, user_id: str) -> Decided:
        """Let somebody who decides move a rule to any scope.

        Raises:
            NoSuchRule: it is not there.
            NotAnAdmin: this person does not decide about rules.
        """
        await self._rights.require(workspace_id, user_id=user_id)
        async with self._hand(workspace_id, user_id) as hand:
            rule = await get_live_rule(hand, workspace_id, rule_id)
            if Scope.of(rule) == scope:
                return Decided("unchanged", (rule,))
            await make_room(hand, rule, scope)
            await hand.move(rule, scope)
            await hand.activate(rule, approved_by=user_id)
            await self._decide_anew(hand, workspace_id, {rule.topic})
            return Decided("rescoped", (rule,))

    async def settle_poll(self, poll_id: str, *, outcome: str) -> Decided:
        """Let the outcome of a closed poll count: first, second, either, split or nobody.

        The winner holds until people decide otherwise, or those who voted for it change their minds; *either* takes the
        question off the table until somebody says something new; without an answer both go on waiting.
        """
        async with self._database.read() as unit:
            poll = found(await unit.polls.find(poll_id), "poll", poll_id)
        async with self._hand(poll.workspace_id, BY_POLL) as hand:
            ids = (poll.first_rule_id, poll.second_rule_id)
            rules = [await get_rule(hand, poll.workspace_id, one) for one in ids]
            if outcome not in ("first", "second", "either") or any(one.state != PROPOSED for one in rules):
                return Decided("unchanged", tuple(rules))
            winner = {"first": rules[0], "second": rules[1]}.get(outcome)
            for rule in rules:
                if rule is not winner:
                    await drop(hand, await supporting(hand, rule), undo_lessons=winner is not None)
                    await hand.end(rule, reason=outcome if winner is None else "outvoted")
            if winner is not None:
                await make_room(hand, winner, Scope.of(winner))
                await hand.activate(winner, approved_by=BY_POLL)
            await self._decide_anew(hand, poll.workspace_id, {rules[0].topic})
            return Decided("settled", tuple(rules))

    @asynccontextmanager
    async def _hand(self, workspace_id: str, actor_id: str) -> AsyncIterator[Hand]:
        now = self._clock()
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=now)
            yield Hand(unit, now, actor_id)

    async def _decide_anew(self, hand: Hand, workspace_id: str, topics: Iterable[str]) -> None:
        await hand.unit.flush()
        await bring_in_line(hand.unit, workspace_id, now=hand.now, polling=self._polling, topics=topics)
