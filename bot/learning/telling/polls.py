"""Polls: asks a channel which of two contradicting rules holds there, counts the votes, and tells how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from bot.errors import BotError
from bot.learning.rules.decisions import Decisions
from bot.learning.telling.poll_reading import is_moot, read_teachers, read_view, read_votes
from bot.learning.telling.voting import (
    CHOICES,
    FEWEST_TO_CLOSE,
    MayNotVote,
    may_close_early,
    outcome_of,
    tally_of,
)
from bot.logs import get_logger
from bot.runtime.durable import BACKGROUND, Durable
from bot.slack.blocks.polls import Blocks, Choice, Outcome, closed_message, poll_message, vote_note
from bot.slack.messenger import Messenger, SlackRefused
from storage.engine import Database
from storage.models import RulePoll, RulePollVote
from storage.repositories.base import found
from storage.repositories.polls import CLOSED, OPEN
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
MOOT: Final = "moot"
LATELY: Final = timedelta(days=28)  # who gave feedback in a channel since then is a regular there


class NoSuchPoll(BotError):
    """There is no such poll in this channel."""

    code = "no_such_poll"
    sentence = "I cannot find that poll any more."


class PollClosed(BotError):
    """Somebody votes after the end."""

    code = "poll_closed"
    sentence = "That poll is closed, so this vote came too late. The message says how it ended."


@dataclass(frozen=True)
class Ballot:
    """What somebody pressed, where, and which organisation they are from (None: Slack did not say)."""

    poll_id: str
    choice: str
    user_id: str
    channel_id: str
    team_id: str | None = None


@dataclass(frozen=True)
class Voted:
    """The poll's message after a vote, and what the voter alone is told."""

    text: str
    blocks: Blocks
    note: str


class Polls:
    """Runs polls; every method may run twice."""

    def __init__(
        self,
        database: Database,
        *,
        decisions: Decisions,
        durable: Durable,
        messenger: Messenger,
        clock: Callable[[], datetime],
        count_other_organisations: bool = False,
    ) -> None:
        self._database = database
        self._decisions = decisions
        self._durable = durable
        self._messenger = messenger
        self._clock = clock
        self._counts_others = count_other_organisations

    async def post(self, poll_id: str) -> None:
        """Ask the channel."""
        async with self._database.read() as unit:
            poll = found(await unit.polls.find(poll_id), "poll", poll_id)
            text, blocks = poll_message(await read_view(unit, poll), votes=0)
        if poll.state != OPEN or poll.message_ts is not None:
            return
        key = f"rule_poll:{poll_id}"
        try:
            ts = await self._messenger.post(
                poll.workspace_id, channel_id=poll.channel_id, text=text, blocks=blocks, key=key
            )
        except SlackRefused as error:  # We are not in that channel any more: the poll ends without votes.
            log.info("poll_not_posted", poll=poll_id, code=error.code)
            return
        async with self._database.begin() as unit:
            found(await unit.polls.lock(poll_id), "poll", poll_id).message_ts = ts

    async def vote(self, workspace_id: str, *, ballot: Ballot) -> Voted:
        """Count a vote, in place of an earlier one of the same person.

        Raises:
            NoSuchPoll: there is none in this channel of this workspace.
            PollClosed: it is over.
            MayNotVote: this person's feedback does not count.
        """
        now = self._clock()
        async with self._database.begin() as unit:
            poll = await self._open_poll(unit, workspace_id, ballot)
            await _meet(unit, workspace_id, ballot, now=now)
            await unit.polls.vote(_vote(poll, ballot, now=now))
            votes = await self._votes(unit, poll)
            if ballot.user_id not in {vote.user_id for vote in votes}:
                raise MayNotVote  # And nothing of this is kept.
            if await _is_enough(unit, poll, votes) or await is_moot(unit, poll):
                await self._ask_to_close(unit, poll, now=now)
            view = await read_view(unit, poll)
        text, blocks = poll_message(view, votes=len(votes))
        return Voted(text, blocks, vote_note(view, choice=cast("Choice", ballot.choice)))

    async def close_due(self, now: datetime) -> int:
        """Have every poll closed whose time is over, or whose question is none any more; return how many."""
        async with self._database.read() as unit:
            due = await unit.polls.due(now)
        for poll in due:
            async with self._database.begin() as unit:
                await self._ask_to_close(unit, poll, now=now)
        return len(due)

    async def close(self, poll_id: str) -> None:
        """Close a poll and keep how it ended; no vote counts after that."""
        now = self._clock()
        async with self._database.begin() as unit:
            poll = found(await unit.polls.lock(poll_id), "poll", poll_id)
            if poll.state == OPEN:
                poll.outcome = await self._outcome(unit, poll, now=now)
                poll.state, poll.closed_at = CLOSED, now

    async def settle(self, poll_id: str) -> None:
        """Let the rules follow the outcome of a closed poll."""
        async with self._database.read() as unit:
            poll = found(await unit.polls.find(poll_id), "poll", poll_id)
        if poll.outcome not in {None, MOOT}:
            await self._decisions.settle_poll(poll_id, outcome=poll.outcome or "")

    async def show(self, poll_id: str) -> None:
        """Tell the channel how a closed poll ended."""
        async with self._database.read() as unit:
            poll = found(await unit.polls.find(poll_id), "poll", poll_id)
            tally = tally_of(await self._votes(unit, poll))
            view = await read_view(unit, poll)
        if poll.message_ts is None or poll.outcome is None:
            return
        text, blocks = closed_message(view, outcome=cast("Outcome", poll.outcome), tally=tally)
        place = {"channel_id": poll.channel_id, "ts": poll.message_ts}
        try:
            await self._messenger.update(poll.workspace_id, text=text, blocks=blocks, **place)
        except SlackRefused as error:  # Somebody deleted it; what it decided holds.
            log.info("poll_not_shown", poll=poll_id, code=error.code)

    async def _open_poll(self, unit: UnitOfWork, workspace_id: str, ballot: Ballot) -> RulePoll:
        poll = await unit.polls.lock(ballot.poll_id)
        is_here = poll is not None and (poll.workspace_id, poll.channel_id) == (
            workspace_id,
            ballot.channel_id,
        )
        if poll is None or not is_here or ballot.choice not in CHOICES:
            raise NoSuchPoll
        if poll.state != OPEN:
            raise PollClosed
        return poll

    async def _votes(self, unit: UnitOfWork, poll: RulePoll) -> list[RulePollVote]:
        votes, _ = await read_votes(unit, poll, count_other_organisations=self._counts_others)
        return votes

    async def _outcome(self, unit: UnitOfWork, poll: RulePoll, *, now: datetime) -> str:
        if await is_moot(unit, poll):
            return MOOT
        votes, electorate = await read_votes(unit, poll, count_other_organisations=self._counts_others)
        return outcome_of(votes, electorate, now=now)

    async def _ask_to_close(self, unit: UnitOfWork, poll: RulePoll, *, now: datetime) -> None:
        """Ask once an hour at the most: should the work fail for good, the next hour's tries again."""
        work = f"close_rule_poll:{poll.id}:{now:%Y%m%d%H}"
        await self._durable.enqueue(unit, "close_rule_poll", poll.id, workflow_id=work, queue=BACKGROUND)


async def _meet(unit: UnitOfWork, workspace_id: str, ballot: Ballot, *, now: datetime) -> None:
    """Note who votes: somebody whom we never heard from before is new to us from now on."""
    member = await unit.members.ensure(workspace_id, user_id=ballot.user_id)
    member.home_team_id = member.home_team_id or ballot.team_id
    if member.first_seen_at is None and not await unit.polls.has_said_anything(
        workspace_id, user_id=ballot.user_id
    ):
        member.first_seen_at = now
    await unit.flush()


async def _is_enough(unit: UnitOfWork, poll: RulePoll, votes: list[RulePollVote]) -> bool:
    if len(votes) < FEWEST_TO_CLOSE:
        return False
    regulars = await unit.polls.regulars(
        poll.workspace_id, channel_id=poll.channel_id, since=poll.opened_at - LATELY
    )
    return may_close_early(votes, teachers=await read_teachers(unit, poll), regulars=regulars)


def _vote(poll: RulePoll, ballot: Ballot, *, now: datetime) -> RulePollVote:
    return RulePollVote(
        poll_id=poll.id,
        user_id=ballot.user_id,
        workspace_id=poll.workspace_id,
        choice=ballot.choice,
        voted_at=now,
    )
