"""Frozen datasets and their rows."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import func, insert, select

from storage.models import DatasetExclusion, DatasetRow, DatasetVersion, Workspace
from storage.repositories.base import Repository, column_values, found

_BATCH: Final = 500
_Row = TypeVar("_Row", DatasetRow, DatasetExclusion)


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
        """Keep rows of a version, in batches: the session remembers none of them."""
        await self._insert_all(DatasetRow, rows)

    async def add_exclusions(self, exclusions: Iterable[DatasetExclusion]) -> None:
        """Keep what is not in a version, in batches as well."""
        await self._insert_all(DatasetExclusion, exclusions)

    async def _insert_all(self, model: type[_Row], rows: Iterable[_Row]) -> None:
        for batch in _batches(rows):
            values = [column_values(row, keyring=self._keyring) for row in batch]
            await self._session.execute(insert(model), values)

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

    async def page(
        self, version_id: str, *, kind: str, split: str, after: int, limit: int = _BATCH
    ) -> Sequence[DatasetRow]:
        """Return the rows of one kind and split that follow a position, in order."""
        rows = select(DatasetRow).where(
            DatasetRow.version_id == version_id,
            DatasetRow.kind == kind,
            DatasetRow.split == split,
            DatasetRow.position > after,
        )
        return (await self._session.scalars(rows.order_by(DatasetRow.position).limit(limit))).all()

    async def exclusions(self, version_id: str, *, batch: int = _BATCH) -> AsyncIterator[DatasetExclusion]:
        """Yield what is not in a version, in order, without holding it all."""
        left_out = select(DatasetExclusion).where(DatasetExclusion.version_id == version_id)
        ordered = left_out.order_by(DatasetExclusion.position).execution_options(yield_per=batch)
        async for exclusion in await self._session.stream_scalars(ordered):
            yield exclusion

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


def _batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch
