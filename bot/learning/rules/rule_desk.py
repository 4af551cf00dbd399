"""What decisions about rules are made of: the rule that is meant, the words as a rule, room for it where it is to hold."""

from collections.abc import Iterable

from bot.learning.house_rule import Saying
from bot.learning.rules.lifecycle import ADMIN
from bot.learning.rules.playbook import house_rule
from bot.learning.rules.rights import NoSuchRule, SilentMember, is_silent_member
from bot.learning.rules.rule_changes import ACTIVE, PROPOSED, RETIRED, Hand
from bot.learning.sayings.matching import saying_of
from bot.learning.scopes import Scope
from storage.models import Rule


async def get_rule(hand: Hand, workspace_id: str, rule_id: str) -> Rule:
    """Return a rule of this workspace, whatever its state.

    Raises:
        NoSuchRule: there is none.
    """
    rule = await hand.unit.rules.find(workspace_id, rule_id=rule_id)
    if rule is None:
        raise NoSuchRule
    return rule


async def get_live_rule(hand: Hand, workspace_id: str, rule_id: str) -> Rule:
    """Return a rule that is active or proposed.

    Raises:
        NoSuchRule: there is none, or it ended.
    """
    rule = await get_rule(hand, workspace_id, rule_id)
    if rule.state not in (ACTIVE, PROPOSED):
        raise NoSuchRule
    return rule


async def get_rules(hand: Hand, workspace_id: str, ids: Iterable[str]) -> list[Rule]:
    """Return rules of this workspace."""
    return [await get_rule(hand, workspace_id, rule_id) for rule_id in sorted(ids)]


async def mark_undone(hand: Hand, rule: Rule) -> None:
    """Say of a rule that ended for want of evidence that somebody undid it."""
    rule.reason, rule.state = "undone", RETIRED
    await hand.note(rule, "undone")


async def make_room(hand: Hand, rule: Rule, scope: Scope, *, topic: str | None = None) -> None:
    """End what a decision takes the place of: another active rule of that topic and scope."""
    for other in await hand.unit.rules.live(rule.workspace_id):
        is_there = other.state == ACTIVE and Scope.of(other) == scope
        if is_there and other.topic == (topic or rule.topic) and other is not rule:
            await hand.end(other, reason="replaced")


async def require_heard(hand: Hand, workspace_id: str) -> None:
    """Let those pass whose word counts.

    Raises:
        SilentMember: this person's does not.
    """
    member = await hand.unit.members.find(workspace_id, user_id=hand.actor_id)
    if is_silent_member(member, workspace_id):
        raise SilentMember


async def read_saying(hand: Hand, workspace_id: str, text: str, *, without: Rule | None = None) -> Saying:
    """Return what words say as a rule: on the topic of a rule there is, or on one of their own."""
    live = [rule for rule in await hand.unit.rules.live(workspace_id) if rule is not without]
    return saying_of(text, rules=[house_rule(rule) for rule in live])


def written_rule(workspace_id: str, said: Saying, scope: Scope, hand: Hand, *, is_active: bool) -> Rule:
    """Return a rule that somebody wrote."""
    return Rule(
        workspace_id=workspace_id,
        channel_id=scope.channel_id,
        task=scope.task,
        requester_id=scope.requester_id,
        topic=said.topic,
        stance=said.stance,
        text=said.text,
        origin="written",
        author_id=hand.actor_id,
        state=ACTIVE if is_active else PROPOSED,
        reason="" if is_active else ADMIN,
        approved_by=hand.actor_id if is_active else None,
        created_at=hand.now,
        changed_at=hand.now,
        activated_at=hand.now if is_active else None,
    )
