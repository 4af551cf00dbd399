"""Lets go of what a poll or a release decided once people (of a poll: who did not lose it) have changed their minds.

Who was outvoted does not get the question back by correcting on: only others count, and there have to be as many of
them as a poll needs to be decided. From then on evidence decides, which may well ask the channel again.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.learning.rules.deciding import Decision
from bot.learning.rules.evidence import Evidence
from bot.learning.rules.letting_stand import KEPT
from bot.learning.rules.rule_changes import ACTIVE, Hand
from bot.learning.scopes import Scope
from storage.models import Rule, RulePoll

BY_POLL: Final = "poll"
BY_RELEASE: Final = "release"  # It came with a promoted release: a trial speaks for it, no corrections.
FEWEST: Final = 2  # people who changed their minds


async def reopen(hand: Hand, rules: Iterable[Rule], said: Sequence[Evidence], decision: Decision) -> None:
    """Leave those of a topic's rules to evidence that a poll or release decided, and that people spoke against since."""
    for rule in rules:
        if rule.approved_by == BY_RELEASE and rule.state == ACTIVE and _is_denied(rule, decision):
            since = rule.activated_at or rule.changed_at
            if len({one.user_id for one in said if one.at > since and _is_against(one, rule)}) >= FEWEST:
                rule.approved_by = None
                await hand.note(rule, "reopened")
        if rule.approved_by == BY_POLL and rule.state == ACTIVE and _is_denied(rule, decision):
            poll = await hand.unit.polls.that_decided(rule.id)
            if poll is None or len(await _turned(hand, rule, poll, said)) >= FEWEST:
                rule.approved_by = None
                await hand.note(rule, "reopened")


def _is_denied(rule: Rule, decision: Decision) -> bool:
    """Tell whether evidence by itself would not have the rule where it holds."""
    scope = Scope.of(rule)
    holding = [one for one in decision.wanted if one.is_active and one.scope.includes(scope)]
    narrowest = max(holding, key=lambda one: one.scope.narrowness, default=None)
    return narrowest is None or narrowest.side.stance != rule.stance


async def _turned(hand: Hand, rule: Rule, poll: RulePoll, said: Sequence[Evidence]) -> set[str]:
    """Return who has said otherwise since, in so many words or in an edit, and had not voted otherwise."""
    votes = await hand.unit.polls.votes_of(poll.id)
    choice = "first" if poll.first_rule_id == rule.id else "second"
    lost = {vote.user_id for vote in votes if vote.choice != choice}
    since = poll.closed_at or poll.closes_at
    return {one.user_id for one in said if one.at > since and _is_against(one, rule)} - lost


def _is_against(one: Evidence, rule: Rule) -> bool:
    is_heard = one.source != KEPT and one.trust > 0
    return is_heard and one.stance != rule.stance and Scope.of(rule).covers(one.cell)
