"""Asks people which of two texts is better, by direct message: in turns, within their budget, in working hours.

Asked is who gave feedback in the draft's channel lately and may see it, never who asked for the draft. Nobody has two
open questions at a time. Whoever was asked least in this trial comes first; among equals the pair decides.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import randbits
from typing import Final

from bot.feedback.budget import Budget, local_time
from bot.feedback.review_rounds import may_be_asked
from bot.logs import get_logger
from bot.scoring.whom_to_ask import is_working_time
from bot.slack.access import Membership
from bot.slack.blocks.trial import Blocks, trial_closed, trial_question
from bot.slack.messenger import Messenger, SlackRefused
from bot.trials.closing import ASKED, EXPIRED, VOTED, voters_wanted
from bot.trials.pairs import DROPPED, OPEN
from bot.trials.showing import may_show, question_of
from bot.trials.terms import RECENT
from storage.engine import Database
from storage.models import Draft, Trial, TrialPair, TrialVote
from storage.repositories import LedgerTables
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
_MOST_PEOPLE: Final = 50  # per pair and look


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A pair that wants more voters, and whom to ask, in turn."""

    pair: TrialPair
    draft: Draft
    people: tuple[str, ...]
    number: int


class Asking:
    """Puts the questions and puts them to rest; every method may run twice and asks once.

    `draw_side` draws whether somebody sees the challenger's text as A.
    """

    def __init__(
        self,
        database: Database,
        *,
        budget: Budget,
        messenger: Messenger,
        membership: Membership,
        clock: Callable[[], datetime],
        draw_side: Callable[[], bool] = lambda: bool(randbits(1)),
    ) -> None:
        self._database = database
        self._budget = budget
        self._messenger = messenger
        self._membership = membership
        self._clock = clock
        self._draw_side = draw_side

    async def ask(self, trial_id: str) -> int:
        """Choose people for the open pairs of a trial and ask them; return how many are asked anew."""
        async with self._database.begin() as unit:
            wanted = await self._wanted(unit, trial_id)
        asked = sum([await self._fill(trial_id, one) for one in wanted])
        async with self._database.read() as unit:
            votes = await unit.trials.votes_of(trial_id)
        for vote in votes:
            if vote.state == ASKED and vote.message_ts is None:
                await self._post(vote.id)
        return asked

    async def put_to_rest(self, trial_id: str) -> int:
        """Let the questions of closed pairs become a short thanks; return how many were."""
        async with self._database.read() as unit:
            states = {pair.id: pair.state for pair in await unit.trials.pairs_of(trial_id)}
            shown = [vote for vote in await unit.trials.votes_of(trial_id) if _is_shown(vote)]
        over = [vote for vote in shown if states[vote.pair_id] != OPEN or vote.state == EXPIRED]
        for vote in over:
            await self._thank(vote)
        return len(over)

    async def _wanted(self, unit: UnitOfWork, trial_id: str) -> list[_Wanted]:
        trial = await unit.trials.lock(trial_id)
        if trial is None or trial.state != OPEN:
            return []
        votes = await unit.trials.votes_of(trial_id)
        counted = await unit.trial_queries.counted_votes(trial_id)  # Not those of people who opted out since.
        live = Counter(
            [vote.pair_id for vote in votes if vote.state == ASKED] + [vote.pair_id for vote in counted]
        )
        each = await voters_wanted(unit, trial, now=self._clock())
        found: list[_Wanted] = []
        for pair in await unit.trials.pairs_of(trial_id, state=OPEN):
            draft = await may_show(unit, pair)
            if draft is None:
                pair.state, pair.closed_at = DROPPED, self._clock()
            elif live[pair.id] < each:
                people = await self._in_turn(unit, trial, pair, draft, votes)
                found.append(_Wanted(pair, draft, people, each - live[pair.id]))
        return found

    async def _in_turn(
        self, unit: UnitOfWork, trial: Trial, pair: TrialPair, draft: Draft, votes: Sequence[TrialVote]
    ) -> tuple[str, ...]:
        since_us = round((self._clock() - RECENT).timestamp() * 1_000_000)
        active = await unit.anchors.raters(
            trial.workspace_id, channel_id=draft.channel_id, since_us=since_us, at_most=_MOST_PEOPLE
        )
        members = await unit.members.of_ids(trial.workspace_id, user_ids=active)
        known = {vote.user_id for vote in votes if vote.pair_id == pair.id} | {draft.requester_id}
        free = {one.id for one in members.values() if may_be_asked(one) and one.held_from_us is None}
        turns = Counter(vote.user_id for vote in votes)
        return tuple(sorted(free - known, key=lambda user_id: (turns[user_id], _lot(pair.id, user_id))))

    async def _fill(self, trial_id: str, wanted: _Wanted) -> int:
        """Take as many questions about a pair from people's budgets as it wants."""
        asked = 0
        for user_id in wanted.people:
            if asked == wanted.number:
                break
            if await self._membership.may_see(
                wanted.draft.workspace_id, channel_id=wanted.draft.channel_id, user_id=user_id
            ):
                asked += await self._take(trial_id, wanted, user_id)
        return asked

    async def _take(self, trial_id: str, wanted: _Wanted, user_id: str) -> bool:
        now = self._clock()
        async with self._database.begin() as unit:
            trial, pair = await unit.trials.lock(trial_id), await unit.trials.lock_pair(wanted.pair.id)
            votes = await unit.trials.votes_of(trial_id)
            waits = any(vote.user_id == user_id and vote.state == ASKED for vote in votes)
            if trial is None or pair is None or OPEN not in {trial.state} & {pair.state} or waits:
                return False
            if not await unit.ledger.run(lambda tables: self._may_ask(tables, wanted.draft, user_id, now)):
                return False
            return await unit.trials.ask(
                TrialVote(
                    pair_id=pair.id,
                    user_id=user_id,
                    trial_id=trial_id,
                    workspace_id=pair.workspace_id,
                    flipped=self._draw_side(),
                    asked_at=now,
                )
            )

    def _may_ask(self, tables: LedgerTables, draft: Draft, user_id: str, now: datetime) -> bool:
        place = tables.place(
            draft.workspace_id,
            channel_id=draft.channel_id,
            message_ts=draft.message_ts or "",
            user_id=user_id,
        )
        return (
            place is not None
            and is_working_time(local_time(place, now=now))
            and self._budget.take(tables, place=place, user_id=user_id, now=now, kind="trial")
        )

    async def _post(self, vote_id: str) -> None:
        """Put a question that was taken from somebody's budget; by its key, at most once."""
        async with self._database.read() as unit:
            vote = await unit.trials.vote(vote_id)
            pair = await unit.trials.find_pair(vote.pair_id)
            draft = await may_show(unit, pair) if pair is not None else None
        if pair is None or draft is None:
            return
        text, blocks = trial_question(question_of(pair, vote, draft))
        is_put = await self._send(vote, text, blocks)
        async with self._database.begin() as unit:
            kept, post = await unit.trials.vote(vote_id), await _post_of(unit, vote)
            if not is_put:
                kept.state = EXPIRED
            elif post is not None:
                kept.channel_id, kept.message_ts = post

    async def _send(self, vote: TrialVote, text: str, blocks: Blocks) -> bool:
        try:
            await self._messenger.direct(
                vote.workspace_id, user_id=vote.user_id, text=text, key=_key(vote), blocks=blocks
            )
        except SlackRefused as error:  # They take no messages from apps: somebody else is asked.
            log.info("trial_not_asked", vote=vote.id, code=error.code)
            return False
        return True

    async def _thank(self, vote: TrialVote) -> None:
        text, blocks = trial_closed(voted=vote.state == VOTED)
        try:
            await self._messenger.update(
                vote.workspace_id,
                channel_id=vote.channel_id or "",
                ts=vote.message_ts or "",
                text=text,
                blocks=blocks,
            )
        except SlackRefused as error:  # The message is gone: there is nothing to put to rest.
            log.info("trial_not_thanked", vote=vote.id, code=error.code)
        async with self._database.begin() as unit:
            (await unit.trials.vote(vote.id)).told_at = self._clock()


async def _post_of(unit: UnitOfWork, vote: TrialVote) -> tuple[str, str] | None:
    post = await unit.posts.find(vote.workspace_id, key=_key(vote))
    return None if post is None or post.ts is None else (post.channel_id, post.ts)


def _is_shown(vote: TrialVote) -> bool:
    return vote.message_ts is not None and vote.told_at is None


def _key(vote: TrialVote) -> str:
    return f"trial:{vote.id}"


def _lot(pair_id: str, user_id: str) -> bytes:
    return sha256(f"{pair_id}:{user_id}".encode()).digest()
