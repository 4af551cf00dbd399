"""Trials, their pairs, whom we asked, and what live drafts of both arms were worth."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from storage.models import Trial, TrialOutcome, TrialPair, TrialVote, Workspace
from storage.repositories.base import Repository, found

OPEN: Final = "open"
CLOSED: Final = "closed"
GUARD: Final = "guard"


class Trials(Repository):
    """Comparisons of two releases."""

    async def next_number(self, workspace_id: str) -> int:
        """Return the number of the workspace's next trial; others who ask wait until this transaction ends."""
        await self._session.execute(
            select(Workspace.id).where(Workspace.id == workspace_id).with_for_update()
        )
        last = select(func.max(Trial.number)).where(Trial.workspace_id == workspace_id)
        return (await self._session.scalar(last) or 0) + 1

    async def add(self, trial: Trial) -> Trial:
        """Keep a new trial."""
        self._session.add(trial)
        await self._session.flush()
        return trial

    async def get(self, trial_id: str) -> Trial:
        """Return the trial.

        Raises:
            NotFound: there is none.
        """
        return found(await self._session.get(Trial, trial_id), "trial", trial_id)

    async def find(self, trial_id: str, *, workspace_id: str) -> Trial | None:
        """Return the trial, if it is one of this workspace."""
        trial = await self._session.get(Trial, trial_id)
        return None if trial is None or trial.workspace_id != workspace_id else trial

    async def lock(self, trial_id: str) -> Trial | None:
        """Return the trial as it is now; nobody else changes it until this transaction ends."""
        locked = select(Trial).where(Trial.id == trial_id).with_for_update()
        trial: Trial | None = await self._session.scalar(locked.execution_options(populate_existing=True))
        return trial

    async def find_open(self, workspace_id: str, *, task: str) -> Trial | None:
        """Return the open trial of a seat, if there is one; a guard is none: it decides about the champion alone."""
        wanted = select(Trial).where(
            Trial.workspace_id == workspace_id,
            Trial.task == task,
            Trial.state == OPEN,
            Trial.mode != GUARD,
        )
        trial: Trial | None = await self._session.scalar(wanted.order_by(Trial.opened_at).limit(1))
        return trial

    async def find_guard(self, release_id: str) -> Trial | None:
        """Return the guard of a release that was promoted, open or closed; the newest, should it have had more."""
        wanted = select(Trial).where(Trial.challenger_id == release_id, Trial.mode == GUARD)
        trial: Trial | None = await self._session.scalar(wanted.order_by(Trial.number.desc()).limit(1))
        return trial

    async def guards(self) -> Sequence[Trial]:
        """Return the open guards of all workspaces."""
        wanted = select(Trial).where(Trial.mode == GUARD, Trial.state == OPEN)
        return list(await self._session.scalars(wanted.order_by(Trial.opened_at, Trial.id)))

    async def of_run(self, run_id: str) -> Trial | None:
        """Return the trial that a training run opened, if it did."""
        trial: Trial | None = await self._session.scalar(select(Trial).where(Trial.run_id == run_id).limit(1))
        return trial

    async def of_workspace(self, workspace_id: str, *, limit: int = 20) -> Sequence[Trial]:
        """Return the workspace's trials, newest first."""
        all_of = select(Trial).where(Trial.workspace_id == workspace_id)
        return list(await self._session.scalars(all_of.order_by(Trial.number.desc()).limit(limit)))

    async def add_pairs(self, pairs: Sequence[TrialPair]) -> None:
        """Keep planned pairs."""
        self._session.add_all(pairs)
        await self._session.flush()

    async def pairs_of(self, trial_id: str, *, state: str | None = None) -> Sequence[TrialPair]:
        """Return a trial's pairs by number, or those in one state."""
        wanted = select(TrialPair).where(TrialPair.trial_id == trial_id)
        if state is not None:
            wanted = wanted.where(TrialPair.state == state)
        return list(await self._session.scalars(wanted.order_by(TrialPair.number)))

    async def find_pair(self, pair_id: str) -> TrialPair | None:
        """Return the pair, if there is one."""
        return await self._session.get(TrialPair, pair_id)

    async def lock_pair(self, pair_id: str) -> TrialPair | None:
        """Return the pair as it is now; nobody closes or judges it until this transaction ends."""
        locked = select(TrialPair).where(TrialPair.id == pair_id).with_for_update()
        pair: TrialPair | None = await self._session.scalar(locked.execution_options(populate_existing=True))
        return pair

    async def vote(self, vote_id: str) -> TrialVote:
        """Return somebody who was asked, with what they said; it stays locked.

        Raises:
            NotFound: nobody was.
        """
        asked = select(TrialVote).where(TrialVote.id == vote_id).with_for_update()
        vote: TrialVote | None = await self._session.scalar(asked.execution_options(populate_existing=True))
        return found(vote, "vote", vote_id)

    async def ask(self, vote: TrialVote) -> bool:
        """Note that somebody is asked about a pair; False when they were already, also in a race."""
        return await self._add_if_new(vote)

    async def vote_of(self, pair_id: str, *, user_id: str) -> TrialVote | None:
        """Return whom we asked with what they said, if we did ask them."""
        wanted = select(TrialVote).where(TrialVote.pair_id == pair_id, TrialVote.user_id == user_id)
        locked = wanted.with_for_update().execution_options(populate_existing=True)
        vote: TrialVote | None = await self._session.scalar(locked)
        return vote

    async def votes_of(self, trial_id: str) -> Sequence[TrialVote]:
        """Return everybody asked in a trial, in the order of asking."""
        wanted = select(TrialVote).where(TrialVote.trial_id == trial_id)
        return list(await self._session.scalars(wanted.order_by(TrialVote.asked_at, TrialVote.id)))

    async def assign(self, outcome: TrialOutcome) -> bool:
        """Note which arm writes a draft; False when that was noted before."""
        return await self._add_if_new(outcome)

    async def find_outcome(self, trial_id: str, *, draft_id: str) -> TrialOutcome | None:
        """Return which arm a draft belongs to and what it was worth, if it takes part in the trial."""
        return await self._session.get(TrialOutcome, (trial_id, draft_id))

    async def outcomes_of(self, trial_id: str) -> Sequence[TrialOutcome]:
        """Return a trial's live drafts: the measured ones in their order, then the others as they were assigned."""
        wanted = select(TrialOutcome).where(TrialOutcome.trial_id == trial_id)
        ordered = wanted.order_by(
            TrialOutcome.position.is_(None), TrialOutcome.position, TrialOutcome.assigned_at
        )
        return list(await self._session.scalars(ordered))

    async def due(self, now: datetime, *, limit: int = 100) -> Sequence[Trial]:
        """Return open trials whose time is over, the longest waiting first."""
        over = select(Trial).where(Trial.state == OPEN, Trial.closes_at <= now)
        return list(await self._session.scalars(over.order_by(Trial.closes_at, Trial.id).limit(limit)))
