"""Many small writes in one commit: whoever waits is told only after the commit."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.patience import to_the_end

_Item_contra = TypeVar("_Item_contra", contravariant=True)
_Kept = TypeVar("_Kept")
_Result = TypeVar("_Result")
_BATCH = 1_000


class NotStored(Exception):
    """A write did not reach the disk (full, gone, locked); nothing of it was stored."""


class Writer(Protocol[_Item_contra]):
    """Stores items in groups, and runs other work on the same table."""

    async def put(self, item: _Item_contra) -> bool:
        """Store an item; return after the commit, whether it was new.

        Raises:
            NotStored: the commit failed, or the writer is closed.
        """
        ...

    async def run(self, job: Callable[[Connection], _Result]) -> _Result:
        """Run other work in a transaction; return after the commit."""
        ...

    async def close(self) -> None:
        """Finish what was put, then stop."""
        ...


Insert = Callable[[Connection, Sequence[_Kept]], Sequence[bool]]


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[_Kept]):
    """Somebody who waits for a commit: with an item to store, or with a job to run."""

    future: asyncio.Future[Any]
    item: _Kept | None = None
    job: Callable[[Connection], Any] | None = None


class _Line(Generic[_Kept]):
    """Those who wait for the next commit."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting[_Kept]] = deque()
        self.closed = False

    def join(
        self, *, item: _Kept | None = None, job: Callable[[Connection], Any] | None = None
    ) -> asyncio.Future[Any]:
        """Stand in the line; the future ends after the commit."""
        if self.closed:
            raise NotStored("The writer is closed.")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(future, item, job))
        return future

    def batches(self) -> Iterator[list[_Waiting[_Kept]]]:
        """Yield all who wait now, in groups of bearable size."""
        while self._waiting:
            yield [self._waiting.popleft() for _ in range(min(len(self._waiting), _BATCH))]


class ThreadWriter(Generic[_Kept]):
    """For SQLite: one thread owns the only connection that writes, so nothing of ours ever waits for a lock of ours.

    Whatever comes while a commit is on its way to the disk goes into the next commit together.
    """

    def __init__(self, engine: Engine, *, insert: Insert[_Kept]) -> None:
        self._engine = engine
        self._insert = insert
        self._line = _Line[_Kept]()
        self._arrived = threading.Event()
        self._ringing = False
        self._thread: threading.Thread | None = None

    async def put(self, item: _Kept) -> bool:
        """Store an item; return after the commit, whether it was new."""
        future = self._line.join(item=item)
        self._wake()
        return bool(await future)

    async def run(self, job: Callable[[Connection], _Result]) -> _Result:
        """Run other work in the next commit; return after it."""
        future = self._line.join(job=job)
        self._wake()
        result: _Result = await future
        return result

    async def close(self) -> None:
        """Finish what was put, then stop."""
        self._line.closed = True
        if self._thread is not None:
            self._arrived.set()
            await asyncio.to_thread(self._thread.join)
        self._engine.dispose()

    def _wake(self) -> None:
        """Wake the thread when the loop is through with what it has to do now: then it takes all of it at once.

        Woken for each, it would store one or two and fight with the loop for the interpreter meanwhile.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="group-commit", daemon=True)
            self._thread.start()
        if not self._ringing:
            self._ringing = True
            asyncio.get_running_loop().call_soon(self._ring)

    def _ring(self) -> None:
        self._ringing = False
        self._arrived.set()

    def _work(self) -> None:
        last = False
        while not last:
            self._arrived.wait()
            self._arrived.clear()
            last = self._line.closed  # Read before the line is emptied: who joined before the end is served.
            for batch in self._line.batches():
                self._answer(batch, self._commit(batch))

    def _commit(self, batch: list[_Waiting[_Kept]]) -> list[Any]:
        try:
            with self._engine.begin() as connection:
                return _store(connection, batch, self._insert)
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait are told
            self._engine.dispose()  # A connection that failed is not trusted again.
            return _all_failed(batch, error)

    def _answer(self, batch: list[_Waiting[_Kept]], outcomes: list[Any]) -> None:
        loop = batch[0].future.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(_tell, batch, outcomes)


class TaskWriter(Generic[_Kept]):
    """For PostgreSQL: one task stores together what came meanwhile; other work has a transaction of its own."""

    def __init__(self, engine: AsyncEngine, *, insert: Insert[_Kept]) -> None:
        self._engine = engine
        self._insert = insert
        self._line = _Line[_Kept]()
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def put(self, item: _Kept) -> bool:
        """Store an item; return after the commit, whether it was new."""
        future = self._line.join(item=item)
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="group-commit")
        self._arrived.set()
        return bool(await future)

    async def run(self, job: Callable[[Connection], _Result]) -> _Result:
        """Run other work in a transaction of its own; return after the commit."""
        return await to_the_end(self._transact(job))

    async def close(self) -> None:
        """Finish what was put, then stop."""
        self._line.closed = True
        if self._task is not None:
            self._arrived.set()
            await self._task
        await self._engine.dispose()

    async def _transact(self, job: Callable[[Connection], _Result]) -> _Result:
        async with self._engine.begin() as connection:
            return await connection.run_sync(job)

    async def _work(self) -> None:
        last = False
        while not last:
            await self._arrived.wait()
            self._arrived.clear()
            last = self._line.closed  # Read before the line is emptied: who joined before the end is served.
            for batch in self._line.batches():
                _tell(batch, await self._commit(batch))

    async def _commit(self, batch: list[_Waiting[_Kept]]) -> list[Any]:
        try:
            async with self._engine.begin() as connection:
                return await connection.run_sync(_store, batch, self._insert)
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait are told
            return _all_failed(batch, error)


def _store(connection: Connection, batch: Sequence[_Waiting[_Kept]], insert: Insert[_Kept]) -> list[Any]:
    items = [waiting.item for waiting in batch if waiting.item is not None]
    new = iter(insert(connection, items) if items else ())
    return [next(new) if waiting.job is None else _attempt(connection, waiting.job) for waiting in batch]


def _attempt(connection: Connection, job: Callable[[Connection], Any]) -> Any:
    """Run one job so that its failure is its own, and not the whole batch's."""
    try:
        with connection.begin_nested():
            return job(connection)
    except Exception as error:  # noqa: BLE001 - whoever asked for the job gets it
        return error


def _all_failed(batch: Sequence[_Waiting[Any]], error: Exception) -> list[Any]:
    failure = NotStored(f"A commit of {len(batch)} writes failed: {type(error).__name__}.")
    failure.__cause__ = error
    return [failure] * len(batch)


def _tell(batch: Sequence[_Waiting[Any]], outcomes: Sequence[Any]) -> None:
    for waiting, outcome in zip(batch, outcomes, strict=True):
        if waiting.future.done():  # Cancelled: nobody waits any more.
            continue
        if isinstance(outcome, Exception):
            waiting.future.set_exception(outcome)
        else:
            waiting.future.set_result(outcome)
