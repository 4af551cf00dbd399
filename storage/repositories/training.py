"""Frozen datasets, and the training runs that used them."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from sqlalchemy import func, select

from storage.models import DatasetRow, DatasetVersion, TrainingRun, Workspace
from storage.repositories.base import Repository, found

FINAL_STATES = frozenset({"short", "succeeded", "failed", "cancelled", "unknown"})  # no longer followed


class Datasets(Repository):
    """Dataset versions and their rows; once written they never change."""

    async def next_number(self, workspace_id: str) -> int:
        """Return the number of the workspace's next version; others who ask wait until this transaction ends."""
        await self._session.execute(
            select(Workspace.id).where(Workspace.id == workspace_id).with_for_update()
        )
        last = select(func.max(DatasetVersion.number)).where(DatasetVersion.workspace_id == workspace_id)
        return (await self._session.scalar(last) or 0) + 1

    async def add_version(self, version: DatasetVersion) -> DatasetVersion:
        """Keep a frozen version."""
        self._session.add(version)
        await self._session.flush()
        return version

    async def add_rows(self, rows: Iterable[DatasetRow]) -> None:
        """Keep the rows of a version."""
        self._session.add_all(rows)
        await self._session.flush()

    async def rows(
        self, version_id: str, *, kind: str, split: str | None = None, batch: int = 500
    ) -> AsyncIterator[DatasetRow]:
        """Yield the rows of one kind (and split) in order, without holding them all."""
        rows = select(DatasetRow).where(DatasetRow.version_id == version_id, DatasetRow.kind == kind)
        if split is not None:
            rows = rows.where(DatasetRow.split == split)
        ordered = rows.order_by(DatasetRow.position).execution_options(yield_per=batch)
        async for row in await self._session.stream_scalars(ordered):
            yield row

    async def get(self, version_id: str) -> DatasetVersion:
        """Return a version.

        Raises:
            NotFound: there is none.
        """
        return found(await self._session.get(DatasetVersion, version_id), "dataset version", version_id)

    async def latest(self, workspace_id: str) -> DatasetVersion | None:
        """Return the workspace's newest version, if it has one."""
        versions = select(DatasetVersion).where(DatasetVersion.workspace_id == workspace_id)
        return await self._session.scalar(versions.order_by(DatasetVersion.number.desc()).limit(1))


class TrainingRuns(Repository):
    """Tries of a trainer."""

    async def add(self, run: TrainingRun) -> TrainingRun:
        """Keep a new run and return it; the same cause (`key`) again returns the run there is."""
        if await self._add_if_new(run):
            return run
        same = select(TrainingRun).where(
            TrainingRun.workspace_id == run.workspace_id, TrainingRun.key == run.key
        )
        return (await self._session.scalars(same)).one()

    async def get(self, run_id: str) -> TrainingRun:
        """Return the run.

        Raises:
            NotFound: there is none.
        """
        return found(await self._session.get(TrainingRun, run_id), "training run", run_id)

    async def find_active(self, workspace_id: str) -> TrainingRun | None:
        """Return the workspace's newest run that has not ended, if any."""
        active = select(TrainingRun).where(
            TrainingRun.workspace_id == workspace_id, TrainingRun.state.not_in(FINAL_STATES)
        )
        return await self._session.scalar(active.order_by(TrainingRun.created_at.desc()).limit(1))

    async def of_workspace(self, workspace_id: str, *, limit: int = 20) -> list[TrainingRun]:
        """Return the workspace's runs, newest first."""
        runs = select(TrainingRun).where(TrainingRun.workspace_id == workspace_id)
        return list(await self._session.scalars(runs.order_by(TrainingRun.created_at.desc()).limit(limit)))

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
