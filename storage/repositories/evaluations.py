"""Memos of what models answered, and how challengers wrote held-out drafts."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, or_, select

from storage.models import DatasetRow, GateResult, Memo, TrainingRun, Trial
from storage.repositories.base import Repository
from storage.repositories.trials import CLOSED

_CORRECTED = ("sft", "preference")  # the kinds of rows that may rest on a correction


class Memos(Repository):
    """Answers that need not be asked for again."""

    async def find(self, workspace_id: str, *, key: str) -> Memo | None:
        """Return the answer to a question, if it was asked before."""
        return await self._session.get(Memo, (workspace_id, key))

    async def keep(self, memo: Memo) -> bool:
        """Keep an answer; False when one is there already, also in a race."""
        return await self._add_if_new(memo)

    async def count(self, run_id: str) -> int:
        """Return how many answers a run has had."""
        counted = select(func.count()).select_from(Memo).where(Memo.run_id == run_id)
        return await self._session.scalar(counted) or 0

    async def is_over(self, run_id: str) -> bool:
        """Tell whether nobody needs a run's answers any more: it has ended, and no trial of it is open."""
        run = await self._session.get(TrainingRun, run_id)
        trials = select(Trial.state).where(or_(Trial.run_id == run_id, Trial.id == run_id))
        ended = [state == CLOSED for state in await self._session.scalars(trials)]
        ended += [] if run is None else [run.finished_at is not None]
        return bool(ended) and all(ended)

    async def forget(self, run_id: str) -> None:
        """Drop what a run, or a trial without one, needed."""
        await self._session.execute(delete(Memo).where(Memo.run_id == run_id))


class GateResults(Repository):
    """Results of challengers, draft by draft."""

    async def keep(self, result: GateResult) -> bool:
        """Keep a result; False when that draft was measured already."""
        return await self._add_if_new(result)

    async def of_release(self, release_id: str) -> Sequence[GateResult]:
        """Return a challenger's results by draft."""
        wanted = select(GateResult).where(GateResult.release_id == release_id)
        return list(await self._session.scalars(wanted.order_by(GateResult.draft_id)))

    async def drafts_of_version(
        self, version_id: str, *, split: str, task: str = "", without_tasks: Collection[str] = ()
    ) -> Sequence[str]:
        """Return the drafts whose rows a frozen version holds in one split, always in the same order.

        Args:
            version_id: the dataset version.
            split: train or held_out.
            task: only of this task; "" for every one.
            without_tasks: tasks that are left out.
        """
        wanted = select(DatasetRow.draft_id).where(
            DatasetRow.version_id == version_id,
            DatasetRow.split == split,
            DatasetRow.kind.in_(_CORRECTED),
            DatasetRow.draft_id.is_not(None),
            DatasetRow.task.not_in(sorted(without_tasks)),
        )
        if task:
            wanted = wanted.where(DatasetRow.task == task)
        rows = await self._session.scalars(wanted.distinct().order_by(DatasetRow.draft_id))
        return [draft_id for draft_id in rows if draft_id is not None]
