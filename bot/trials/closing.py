"""Closes what is over: questions, pairs, and the trial itself. All in the caller's transaction, with the trial locked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.team.audit import note
from bot.trials.opening import leave_place
from bot.trials.pairs import CLOSED, DROPPED, OPEN, PLANNED, close_pair, recent_briefs
from bot.trials.terms import ANSWER_WITHIN, FEW_BRIEFS, GIVE_UP, SETTLE, TrialState
from storage.models import Trial, TrialPair, TrialVote
from storage.unit_of_work import UnitOfWork

ASKED, VOTED, NOT_NOW, EXPIRED = "asked", "voted", "not_now", "expired"
ENDED: Final = "trial_closed"


async def close_pairs(unit: UnitOfWork, trial: Trial, *, now: datetime) -> None:
    """Close the pairs that are judged, drop those that nobody judged in time, and let old questions go.

    When a pair closes depends on how many said something and on time, never on what they said: the test needs that.
    """
    votes = await unit.trials.votes_of(trial.id)
    for vote in votes:
        if vote.state == ASKED and now - vote.asked_at >= ANSWER_WITHIN:
            vote.state = EXPIRED
    counted = {(vote.pair_id, vote.user_id) for vote in await unit.trial_queries.counted_votes(trial.id)}
    wanted = await voters_wanted(unit, trial, now=now)
    for pair in await unit.trials.pairs_of(trial.id, state=OPEN):
        heard = [
            vote for vote in votes if (vote.pair_id, vote.user_id) in counted and vote.pair_id == pair.id
        ]
        await _close_if_over(unit, trial, pair, heard, wanted=wanted, now=now)


async def voters_wanted(unit: UnitOfWork, trial: Trial, *, now: datetime) -> int:
    """Return how many people judge each pair: one, or two where there are few briefs."""
    return 2 if len(await recent_briefs(unit, trial, now=now)) < FEW_BRIEFS else 1


async def close_trial(
    unit: UnitOfWork, trial: Trial, *, outcome: TrialState, reason: str, by: str, now: datetime
) -> None:
    """End a trial: nothing of it is open any more, and its seat is free for the next one."""
    trial.state, trial.outcome, trial.reason, trial.closed_at = CLOSED, outcome, reason, now
    for pair in await unit.trials.pairs_of(trial.id):
        if pair.state in {PLANNED, OPEN}:
            pair.state, pair.closed_at = DROPPED, now
    for vote in await unit.trials.votes_of(trial.id):
        if vote.state == ASKED:
            vote.state = EXPIRED
    await leave_place(unit, trial)
    await _forget_texts(unit, trial)
    told = {"outcome": outcome, "reason": reason}
    await note(unit, trial.workspace_id, actor_id=by, action=ENDED, subject=trial.id, now=now, details=told)


async def _forget_texts(unit: UnitOfWork, trial: Trial) -> None:
    """Drop what models answered for a trial's pairs, unless its run goes on: then they go with that."""
    await unit.flush()
    needed_by = trial.run_id or trial.id
    if await unit.memos.is_over(needed_by):
        await unit.memos.forget(needed_by)


async def _close_if_over(
    unit: UnitOfWork,
    trial: Trial,
    pair: TrialPair,
    heard: Sequence[TrialVote],
    *,
    wanted: int,
    now: datetime,
) -> None:
    is_last_call = now >= trial.closes_at
    waited = now - (pair.opened_at or now)
    if heard:
        settled = now - max(vote.voted_at or now for vote in heard) >= SETTLE
        if is_last_call or (settled and (len(heard) >= wanted or waited >= ANSWER_WITHIN)):
            await close_pair(unit, pair, now=now)
    elif is_last_call or waited >= GIVE_UP:
        pair.state, pair.closed_at = DROPPED, now
