"""What a release does to the rules of the playbook when it goes live, and what takes that back.

Each change goes through the rules' own hand and into the audit log. It is made only while its rule is as the release
knew it, and taken back only while the rule is as the release left it: what people decide counts more. The caller
holds the workspace's lock.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.drafts.release_spec import RuleChange
from bot.learning.rules.dropping import drop, supporting
from bot.learning.rules.observing import COUNTS, DROPPED, is_silent, state_of
from bot.learning.rules.reopening import BY_RELEASE
from bot.learning.rules.rule_changes import ACTIVE, Hand
from bot.learning.scopes import WORKSPACE, Scope
from storage.models import Observation, ReleaseChange, Rule

LEFT_OUT: Final = "release"  # why a rule is over
OVER: Final = "release_over"
_LEARNED: Final = "learned"


async def apply_changes(
    hand: Hand, release_id: str, changes: Sequence[RuleChange], *, workspace_id: str, first: int
) -> list[ReleaseChange]:
    """Make a release's changes of rules, as `still_meant` gives them, and return what takes them back.

    `first` is the position of the first.
    """
    made: list[ReleaseChange] = []
    for change in changes:
        rule = await hand.unit.rules.find(workspace_id, rule_id=change.rule_id)
        before = None if rule is None else _kept(rule)
        if change.action == "add":
            done = await _add(hand, rule, change, workspace_id)
        else:
            done = None if rule is None else await _change(hand, rule, change)
        if done is not None:
            await hand.unit.flush()
            made.append(_made(hand, release_id, change, done, before=before, position=first + len(made)))
    return made


@dataclass(frozen=True)
class _Done:
    """A rule after a release's change; `dropped` are the observations that speak for it no longer."""

    rule: Rule
    dropped: Sequence[str] = ()


def _made(
    hand: Hand,
    release_id: str,
    change: RuleChange,
    done: _Done,
    *,
    before: dict[str, Any] | None,
    position: int,
) -> ReleaseChange:
    rule = done.rule
    row = ReleaseChange(
        workspace_id=rule.workspace_id,
        release_id=release_id,
        position=position,
        rule_id=rule.id,
        action=change.action,
        before_version=change.version,
        after_version=rule.version,
        changed_at=hand.now,
    )
    kept = {"rule": before, "dropped": list(done.dropped), "left": rule.approved_by}
    row.before = json.dumps(kept, ensure_ascii=False)
    return row


async def take_back(hand: Hand, change: ReleaseChange) -> bool:
    """Take one change back; False where people have decided about the rule since, or about its place."""
    rule = await hand.unit.rules.find(change.workspace_id, rule_id=change.rule_id)
    kept: dict[str, Any] = json.loads(change.before or "{}")
    if rule is None or rule.version != change.after_version or rule.approved_by != kept["left"]:
        return False
    if change.action == "add":
        await hand.end(rule, reason=OVER)
    elif not await _put_back(hand, rule, change.action, kept["rule"]):
        return False
    await _revive(hand, change, kept["dropped"])
    change.undone_at, change.undone_version = hand.now, rule.version
    await hand.unit.flush()
    return True


def _kept(rule: Rule) -> dict[str, Any]:
    return {
        "topic": rule.topic,
        "stance": rule.stance,
        "text": rule.text,
        "reason": rule.reason,
        "approved_by": rule.approved_by,
    }


async def _add(hand: Hand, rule: Rule | None, change: RuleChange, workspace_id: str) -> _Done | None:
    scope = change.scope or WORKSPACE
    topic, stance, text = change.topic or "", change.stance or "", change.text or ""
    if await _is_taken(hand, workspace_id, topic=topic, scope=scope, without=change.rule_id):
        return None
    if rule is not None:  # It was there under this release before.
        await hand.activate(rule, reason="", approved_by=BY_RELEASE)
        return _Done(rule)
    fresh = Rule(
        id=change.rule_id,
        workspace_id=workspace_id,
        channel_id=scope.channel_id,
        task=scope.task,
        requester_id=scope.requester_id,
        topic=topic,
        stance=stance,
        text=text,
        origin=_LEARNED,
        state=ACTIVE,
        reason="",
        approved_by=BY_RELEASE,
        created_at=hand.now,
        changed_at=hand.now,
        activated_at=hand.now,
    )
    await hand.add(fresh)
    return _Done(fresh)


async def _change(hand: Hand, rule: Rule, change: RuleChange) -> _Done | None:
    """Drop or reword an active rule; what spoke for a stance that is gone speaks no longer."""
    if rule.state != ACTIVE:
        return None
    if change.action == "drop":
        dropped = await _silence(hand, rule)
        await hand.end(rule, reason=LEFT_OUT)
        return _Done(rule, dropped)
    topic, stance = change.topic or rule.topic, change.stance or rule.stance
    if await _is_taken(hand, rule.workspace_id, topic=topic, scope=Scope.of(rule), without=rule.id):
        return None
    is_other = (topic, stance) != (rule.topic, rule.stance)
    dropped = await _silence(hand, rule) if is_other else []
    await hand.reword(rule, topic=topic, stance=stance, text=change.text or rule.text, because=LEFT_OUT)
    if is_other:
        rule.approved_by, rule.activated_at = BY_RELEASE, hand.now
    return _Done(rule, dropped)


async def _put_back(hand: Hand, rule: Rule, action: str, before: dict[str, Any]) -> bool:
    """Let a rule be as it was; False where another one stands in its place by now."""
    scope = Scope.of(rule)
    if await _is_taken(hand, rule.workspace_id, topic=before["topic"], scope=scope, without=rule.id):
        return False
    if action == "drop":
        await hand.activate(rule, reason=before["reason"])
        return True
    said = {name: before[name] for name in ("topic", "stance", "text")}
    await hand.reword(rule, **said, because=OVER)
    rule.approved_by = before["approved_by"]
    return True


async def _is_taken(hand: Hand, workspace_id: str, *, topic: str, scope: Scope, without: str) -> bool:
    """Tell whether another active rule speaks about a topic in just that place."""
    live = await hand.unit.rules.live(workspace_id)
    others = (one for one in live if one.state == ACTIVE and one.id != without)
    return any((one.topic, Scope.of(one)) == (topic, scope) for one in others)


async def _silence(hand: Hand, rule: Rule) -> list[str]:
    """Let what speaks for a rule count no longer, as when an admin retires it; return what that was."""
    said = await supporting(hand, rule)
    await drop(hand, said, undo_lessons=False)
    return sorted(one.id for one in said)


async def _revive(hand: Hand, change: ReleaseChange, dropped: Sequence[str]) -> None:
    """Let what was silenced count again, as far as those who said it still say so."""
    for observation_id in dropped:
        one = await hand.unit.observations.find(observation_id)
        if one is not None and one.state == DROPPED:
            one.state = await _state_now(hand, one, change)


async def _state_now(hand: Hand, one: Observation, change: ReleaseChange) -> str:
    if one.correction_id is None:
        return DROPPED if await is_silent(hand.unit, one, moment=one.observed_at) else COUNTS
    correction = await hand.unit.corrections.get(one.correction_id)
    return DROPPED if correction.changed_at > change.changed_at else await state_of(hand.unit, correction)
