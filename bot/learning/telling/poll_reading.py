"""Reads what there is to know of a poll: its rules, the votes that count, and who taught both sides."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from bot.learning.rules.observing import COUNTS, DROPPED
from bot.learning.telling.voting import Electorate
from bot.slack.blocks.polls import PollView
from bot.slack.text import escape
from bot.team.tasks import read_tasks
from storage.models import Observation, Rule, RulePoll, RulePollVote
from storage.repositories.polls import ASKED_ABOUT
from storage.repositories.rules import LIVE
from storage.unit_of_work import UnitOfWork

_LOOKED_AT: Final = 2_000  # observations, the latest ones


async def read_view(unit: UnitOfWork, poll: RulePoll) -> PollView:
    """Return a poll as its message shows it."""
    first, second = await _rules(unit, poll)
    title = (await read_tasks(unit, poll.workspace_id)).title_of(poll.task) if poll.task else ""
    return PollView(
        poll.id,
        first=first.text,
        second=second.text,
        drafts=f"{escape(title)} drafts" if title else "drafts",
        closes=_told(poll.closes_at),
    )


async def is_moot(unit: UnitOfWork, poll: RulePoll) -> bool:
    """Tell whether there is nothing left to ask: one of the rules was undone, or is one without a poll."""
    return any(rule.state != ASKED_ABOUT for rule in await _rules(unit, poll))


async def read_votes(
    unit: UnitOfWork, poll: RulePoll, *, count_other_organisations: bool
) -> tuple[list[RulePollVote], Electorate]:
    """Return the votes that count now, and who may vote."""
    votes = await unit.polls.votes_of(poll.id)
    members = await unit.members.of_ids(poll.workspace_id, user_ids=[vote.user_id for vote in votes])
    workspace = await unit.workspaces.get(poll.workspace_id)
    electorate = Electorate(workspace, members, count_other_organisations)
    return [vote for vote in votes if electorate.may_vote(vote.user_id)], electorate


async def read_teachers(unit: UnitOfWork, poll: RulePoll) -> set[str]:
    """Return whose corrections say the one or the other in the poll's channel."""
    rules = await _rules(unit, poll)
    return {one.user_id for one in await _said(unit, poll, states={COUNTS}) if one.topic == rules[0].topic}


async def read_sides(unit: UnitOfWork, poll: RulePoll) -> list[tuple[str, str]]:
    """Return the corrections that teach either side of a closed poll, each with the rule it speaks for.

    What spoke for the side that lost counts no longer, but its corrections are told so.
    """
    rules = {(rule.topic, rule.stance): rule for rule in await _rules(unit, poll)}
    spoken: dict[str, str] = {}
    for one in await _said(unit, poll, states={COUNTS, DROPPED}):
        rule = rules.get((one.topic, one.stance))
        if rule and one.correction_id and (one.state == COUNTS or rule.state not in LIVE):
            spoken[one.correction_id] = rule.id
    return list(spoken.items())


async def _rules(unit: UnitOfWork, poll: RulePoll) -> list[Rule]:
    ids = (poll.first_rule_id, poll.second_rule_id)
    return [await unit.rules.get(poll.workspace_id, rule_id=one) for one in ids]


async def _said(unit: UnitOfWork, poll: RulePoll, *, states: Collection[str]) -> list[Observation]:
    return await unit.observations.in_channel(
        poll.workspace_id, channel_id=poll.channel_id, states=states, limit=_LOOKED_AT
    )


def _told(moment: datetime) -> str:
    """Return a time as Slack shows it in everybody's own zone."""
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{moment:%d %b, %H:%M} UTC>"
