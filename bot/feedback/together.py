"""Lets small writes that come at the same time share one commit.

On SQLite a commit waits for the disk, and there is one writer: a thousand reactions would wait a thousand times, one
after the other. On PostgreSQL commits already go together, so there every write has its own transaction.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from storage.engine import Database
from storage.unit_of_work import UnitOfWork

_Result = TypeVar("_Result")
_MOST = 64


@dataclass(frozen=True)
class _Waiting:
    job: Callable[[UnitOfWork], Awaitable[Any]]
    result: asyncio.Future[Any]


class Together:
    """Runs jobs in shared transactions; each caller waits until its own job is committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, job: Callable[[UnitOfWork], Awaitable[_Result]]) -> _Result:
        """Run a job and return its result once it is committed; its error is its own.

        The job may run again when another one of the same transaction failed, so it does nothing but write.
        """
        if self._database.dialect != "sqlite":
            async with self._database.begin() as unit:
                return await job(unit)
        waiting = _Waiting(job, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_waiting())
        result: _Result = await waiting.result
        return result

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            if not await self._attempt(batch):
                for one in batch:  # Whoever failed must not take the others along.
                    await self._attempt([one])

    async def _attempt(self, batch: Sequence[_Waiting]) -> bool:
        """Commit a batch; False if it has to be tried one by one. A single job's error goes to its caller."""
        try:
            await self._commit(batch)
        except Exception as error:  # noqa: BLE001 - handed to the caller who waits for it
            if len(batch) > 1:
                return False
            if not batch[0].result.done():
                batch[0].result.set_exception(error)
        return True

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        async with self._database.begin() as unit:
            results = [await one.job(unit) for one in batch]
        for one, result in zip(batch, results, strict=True):
            if not one.result.done():  # Its caller may have been cancelled meanwhile.
                one.result.set_result(result)
