"""Changes single rules, each change with its entry in the audit log. The caller holds the workspace's lock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.learning.rules.deciding import Wanted
from bot.learning.scopes import Scope
from bot.team.audit import note
from storage.models import Rule
from storage.unit_of_work import UnitOfWork

PROGRAM: Final = "program"
ACTIVE, PROPOSED, RETIRED, EXPIRED = "active", "proposed", "retired", "expired"


@dataclass(frozen=True)
class Hand:
    """Whose change it is, and when."""

    unit: UnitOfWork
    now: datetime
    actor_id: str = PROGRAM

    async def note(self, rule: Rule, action: str, **details: Any) -> None:
        """Write down what was done to a rule."""
        told = {"number": rule.number, "scope": scope_details(Scope.of(rule)), **details}
        await note(
            self.unit,
            rule.workspace_id,
            actor_id=self.actor_id,
            action=f"rule.{action}",
            subject=rule.id,
            now=self.now,
            details=told,
        )

    async def add(self, rule: Rule) -> Rule:
        """Keep a new rule."""
        await self.unit.rules.add(rule)
        await self.note(rule, "activated" if rule.state == ACTIVE else "proposed", reason=rule.reason)
        return rule

    async def activate(self, rule: Rule, *, reason: str = "", approved_by: str | None = None) -> None:
        """Let a rule hold."""
        rule.approved_by = approved_by or rule.approved_by
        if rule.state == ACTIVE:
            return
        rule.activated_at = self.now
        self._change(rule, ACTIVE, reason)
        await self.note(rule, "approved" if approved_by else "activated", reason=reason)

    async def propose(self, rule: Rule, *, reason: str) -> None:
        """Let a rule wait, and say for what."""
        if (rule.state, rule.reason) == (PROPOSED, reason):
            return
        was = rule.state
        self._change(rule, PROPOSED, reason)
        if was != PROPOSED:
            await self.note(rule, "proposed", reason=reason)

    async def end(self, rule: Rule, *, reason: str, action: str = "retired") -> None:
        """Let a rule hold no longer."""
        if rule.state in (RETIRED, EXPIRED):
            return
        self._change(rule, EXPIRED if action == "expired" else RETIRED, reason)
        await self.note(rule, action, reason=reason)

    async def move(self, rule: Rule, scope: Scope, *, action: str = "rescoped") -> None:
        """Let a rule hold somewhere else."""
        before = Scope.of(rule)
        if before == scope:
            return
        rule.channel_id, rule.task, rule.requester_id = scope.channel_id, scope.task, scope.requester_id
        self._change(rule, rule.state, rule.reason)
        await self.note(rule, action, before=scope_details(before))

    async def reword(
        self, rule: Rule, *, topic: str, stance: str, text: str, because: str | None = None
    ) -> None:
        """Say a rule in other words; the audit log holds no text, so it only knows that it was done."""
        rule.topic, rule.stance, rule.text = topic, stance, text
        self._change(rule, rule.state, rule.reason)
        await self.note(rule, "edited", **({} if because is None else {"reason": because}))

    def _change(self, rule: Rule, state: str, reason: str) -> None:
        rule.state, rule.reason = state, reason
        rule.version += 1
        rule.changed_at = self.now


def weigh(rule: Rule, wanted: Wanted) -> None:
    """Write down what speaks for a rule and against it now; that is no change of the rule."""
    rule.supporters, rule.opposers = len(wanted.side.people), len(wanted.opposers)
    rule.weight_for, rule.weight_against = round(wanted.side.weight, 6), round(wanted.against, 6)
    rule.useful_at = wanted.side.latest.at


def learned_rule(workspace_id: str, wanted: Wanted, *, state: str, reason: str, now: datetime) -> Rule:
    """Return a new rule that evidence asks for."""
    scope, side = wanted.scope, wanted.side
    rule = Rule(
        workspace_id=workspace_id,
        channel_id=scope.channel_id,
        task=scope.task,
        requester_id=scope.requester_id,
        topic=side.latest.topic,
        stance=side.stance,
        text=side.text,
        origin="learned",
        state=state,
        reason=reason,
        created_at=now,
        changed_at=now,
        activated_at=now if state == ACTIVE else None,
    )
    weigh(rule, wanted)
    return rule


def scope_details(scope: Scope) -> Mapping[str, str | None]:
    """Return a scope as the audit log keeps it."""
    return {"channel_id": scope.channel_id, "task": scope.task, "requester_id": scope.requester_id}
