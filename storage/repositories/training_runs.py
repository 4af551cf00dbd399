"""Training runs: tries of a trainer, and what became of what was trained."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, select

from storage.models import TrainingRun, TrialVote
from storage.repositories.base import Repository, found

QUEUED: Final = "queued"
FINAL_STATES: Final = frozenset(
    {"short", "succeeded", "failed", "cancelled", "unknown"}
)  # no longer followed


class TrainingRuns(Repository):
    """Tries of a trainer."""

    async def add(self, run: TrainingRun) -> TrainingRun:
        """Keep a new run and return it; the same cause (`key`) again returns the run there is."""
        if await self._add_if_new(run):
            return run
        return found(await self.find_cause(run.workspace_id, key=run.key), "training run", run.key)

    async def find_cause(self, workspace_id: str, *, key: str) -> TrainingRun | None:
        """Return the run that a cause asked for, if it did."""
        same = select(TrainingRun).where(TrainingRun.workspace_id == workspace_id, TrainingRun.key == key)
        run: TrainingRun | None = await self._session.scalar(same)
        return run

    async def get(self, run_id: str) -> TrainingRun:
        """Return the run.

        Raises:
            NotFound: there is none.
        """
        return found(await self._session.get(TrainingRun, run_id), "training run", run_id)

    async def lock(self, run_id: str) -> TrainingRun:
        """Return the run as it is now; nobody else changes it until this transaction ends.

        Raises:
            NotFound: there is none.
        """
        locked = select(TrainingRun).where(TrainingRun.id == run_id).with_for_update()
        run = await self._session.scalar(locked.execution_options(populate_existing=True))
        return found(run, "training run", run_id)

    async def find_active(self, workspace_id: str) -> TrainingRun | None:
        """Return the workspace's newest run that is followed, if any."""
        active = select(TrainingRun).where(
            TrainingRun.workspace_id == workspace_id, TrainingRun.state.not_in({*FINAL_STATES, QUEUED})
        )
        run: TrainingRun | None = await self._session.scalar(
            active.order_by(TrainingRun.created_at.desc()).limit(1)
        )
        return run

    async def find_queued(self, workspace_id: str) -> TrainingRun | None:
        """Return the run that waits for the active one to end, if one does."""
        waiting = select(TrainingRun).where(
            TrainingRun.workspace_id == workspace_id, TrainingRun.state == QUEUED
        )
        run: TrainingRun | None = await self._session.scalar(
            waiting.order_by(TrainingRun.created_at).limit(1)
        )
        return run

    async def workspaces_waiting(self) -> Sequence[str]:
        """Return the workspaces that have a run waiting for its turn."""
        waiting = select(TrainingRun.workspace_id).where(TrainingRun.state == QUEUED).distinct()
        return list(await self._session.scalars(waiting.order_by(TrainingRun.workspace_id)))

    async def of_workspace(self, workspace_id: str, *, limit: int = 20) -> list[TrainingRun]:
        """Return the workspace's runs, newest first."""
        runs = select(TrainingRun).where(TrainingRun.workspace_id == workspace_id)
        return list(await self._session.scalars(runs.order_by(TrainingRun.created_at.desc()).limit(limit)))

    async def count_votes(self, trial_id: str) -> int:
        """Count the answers of people in a trial: a number that tells whether there is something to look at."""
        voted = select(func.count()).where(TrialVote.trial_id == trial_id, TrialVote.voted_at.is_not(None))
        return await self._session.scalar(voted) or 0

    async def update(self, run_id: str, **columns: Any) -> TrainingRun:
        """Change a run's columns, and return it.

        Raises:
            NotFound: there is none.
            AttributeError: a run has no such column.
        """
        run = await self.get(run_id)
        for name, value in columns.items():
            getattr(run, name)
            setattr(run, name, value)
        await self._session.flush()
        return run
