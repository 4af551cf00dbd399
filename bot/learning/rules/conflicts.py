"""Asks a channel which of two contradicting rules holds there: seldom, and about one thing at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.learning.rules.rule_changes import Hand
from bot.runtime.durable import BACKGROUND, Durable
from storage.models import Rule, RulePoll

OPEN_FOR: Final = timedelta(days=2)
PAUSE: Final = timedelta(days=7)  # a channel is asked at most once in that time
REMEMBERED: Final = timedelta(days=90)
SPLIT: Final = "split"


@dataclass(frozen=True)
class Polling:
    """Opens polls; the work that posts one is enqueued in the same transaction."""

    durable: Durable

    async def ask(self, hand: Hand, first: Rule, second: Rule, *, newest: datetime) -> bool:
        """Open a poll about two proposed rules of one channel, unless the channel was asked lately.

        One that ended without an answer is not put again before somebody says something new (`newest`), and one that
        people were split on not for as long as it is remembered.
        """
        if first.channel_id is None or not await _may_ask(hand, first, second, newest=newest):
            return False
        poll = RulePoll(
            workspace_id=first.workspace_id,
            channel_id=first.channel_id,
            task=first.task,
            first_rule_id=first.id,
            second_rule_id=second.id,
            opened_at=hand.now,
            closes_at=hand.now + OPEN_FOR,
        )
        await hand.unit.polls.add(poll)
        await self.durable.enqueue(
            hand.unit, "rule_poll", poll.id, workflow_id=f"rule_poll:{poll.id}", queue=BACKGROUND
        )
        return True


async def _may_ask(hand: Hand, first: Rule, second: Rule, *, newest: datetime) -> bool:
    asked = await hand.unit.polls.of_channel(
        first.workspace_id, channel_id=first.channel_id or "", opened_since=hand.now - REMEMBERED
    )
    sides = {first.id, second.id}
    is_recent = any(poll.state == "open" or poll.opened_at > hand.now - PAUSE for poll in asked)
    same = [poll for poll in asked if {poll.first_rule_id, poll.second_rule_id} == sides]
    is_answered = any(poll.outcome == SPLIT or poll.opened_at >= newest for poll in same)
    return not is_recent and not is_answered
