"""Work with a database that a cancelled task must not leave half-way.

SQLAlchemy gives a connection up when its task is cancelled in the middle of a statement, and loses its place in the pool
for good when that happens while the connection is given back. On SQLite there is one writer, and a connection that is
given up may still hold the write lock: one such moment would stop everything. So a cancellation waits for the end.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

_Result = TypeVar("_Result")


def passes_by_itself(error: BaseException) -> bool:
    """Tell whether an error is the database's own trouble: away, busy, full. A mistake of ours does not pass."""
    if isinstance(error, (OperationalError, InterfaceError)):
        # SQLite's catch-all class also holds what is wrong with a statement.
        return getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    return isinstance(error, NoConnectionFree)


async def to_the_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Await work to its end, whatever happens; a cancellation that came meanwhile is raised then."""
    task, cancelled = await _finish(work)
    if cancelled:
        raise asyncio.CancelledError from task.exception()
    return task.result()


async def _finish(work: Coroutine[Any, Any, _Result]) -> tuple[asyncio.Task[_Result], bool]:
    """Return the task that did the work, and whether we were cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    return task, cancelled


class _PatientConnection(aiosqlite.Connection):
    """A connection whose every statement runs to its end; the task is cancelled right after it."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        work = super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        finished, cancelled = await _finish(work)
        if cancelled:
            _cancel_soon(asyncio.current_task())
        return finished.result()


def _cancel_soon(task: asyncio.Task[Any] | None) -> None:
    """Put a cancellation off. It is not asked for twice: a deadline that counts two would not own up to its own."""
    if task is not None:
        task.uncancel()
        asyncio.get_running_loop().call_soon(task.cancel)


def connect_patiently(path: str, **options: Any) -> aiosqlite.Connection:
    """Return a connection to a SQLite file, as `aiosqlite.connect` would."""
    connection = _PatientConnection(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: it must not keep a process alive
    return connection
