"""Lets small writes that come at the same time share one trip to the database and one commit.

A commit waits for the disk, and on SQLite there is one writer: a thousand reactions would wait a thousand times, one
after the other. The counters that many of them move are moved once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from storage.engine import Database
from storage.repositories import Landing, LedgerTables
from storage.unit_of_work import UnitOfWork

_Result = TypeVar("_Result")
_MOST = 64


@dataclass(frozen=True)
class Job(Generic[_Result]):
    """A small write: `take` runs next to the database, `follow` after it in the same transaction.

    Both may run again when another job of the same transaction failed, so they do nothing but write. Jobs of one
    transaction run in the order of the messages they land on, in which everybody locks drafts.
    """

    landing: Landing
    take: Callable[[LedgerTables], _Result]
    follow: Callable[[UnitOfWork, _Result], Awaitable[None]]


@dataclass(frozen=True)
class _Waiting:
    job: Job[Any]
    result: asyncio.Future[Any]


class Together:
    """Runs jobs in shared transactions; each caller waits until its own job is committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, job: Job[_Result]) -> _Result:
        """Run a job and return what it took once that is committed; its error is its own."""
        waiting = _Waiting(job, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_waiting())
        result: _Result = await waiting.result
        return result

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            batch.sort(key=lambda one: (one.job.landing.channel_id, one.job.landing.message_ts))
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
            taken = await unit.ledger.run(lambda tables: _take_all(tables, [one.job for one in batch]))
            for one, result in zip(batch, taken, strict=True):
                await one.job.follow(unit, result)
        for one, result in zip(batch, taken, strict=True):
            if not one.result.done():  # Its caller may have been cancelled meanwhile.
                one.result.set_result(result)


def _take_all(tables: LedgerTables, jobs: Sequence[Job[_Result]]) -> list[_Result]:
    if len(jobs) > 1:
        tables.look_ahead([job.landing for job in jobs])
    return [job.take(tables) for job in jobs]
