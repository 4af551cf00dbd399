"""Work with a database that a cancelled task must not leave half-way.

SQLAlchemy gives a connection up when its task is cancelled in the middle of a statement, and loses its place in the pool
for good when that happens while the connection is given back. On SQLite there is one writer, and a connection that is
given up may still hold the write lock: one such moment would stop everything. So a cancellation waits for the end.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, Self, TypeVar

import aiosqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

_Result = TypeVar("_Result")
_ROWS_AT_ONCE: Final = 500  # that come along with a statement: nearly always all of them


def passes_by_itself(error: BaseException) -> bool:
    """Tell whether an error is the database's own trouble: away, busy, full. A mistake of ours does not pass."""
    if isinstance(error, (OperationalError, InterfaceError)):
        # SQLite's catch-all class also holds what is wrong with a statement.
        return getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    return isinstance(error, NoConnectionFree)


async def to_the_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Await work to its end, whatever happens; a cancellation that came meanwhile is raised then."""
    task = asyncio.ensure_future(work)
    if await _finish(task):
        raise asyncio.CancelledError from task.exception()
    return task.result()


async def _finish(work: asyncio.Future[_Result]) -> bool:
    """Wait until the work is done; return whether we were cancelled meanwhile."""
    cancelled = False
    while not work.done():
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError:
            cancelled = True
    return cancelled


class _Cursor:
    """A cursor whose statement brings its first rows along: one trip to the driver's thread where there were four."""

    arraysize = 1

    def __init__(self, connection: "_PatientConnection") -> None:
        self._connection = connection
        self._open: sqlite3.Cursor | None = None  # has more rows than those that came along
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        await self._connection.run(partial(self._execute, sqlite3.Cursor.execute, sql, parameters))

    async def executemany(self, sql: str, parameters: Any) -> None:
        await self._connection.run(partial(self._execute, sqlite3.Cursor.executemany, sql, parameters))

    async def fetchall(self) -> list[Any]:
        return await self._taken(None)

    async def fetchmany(self, size: int) -> list[Any]:
        return await self._taken(size)

    async def fetchone(self) -> Any:
        return next(iter(await self._taken(1)), None)

    async def close(self) -> None:
        if self._open is not None:
            await self._connection.run(self._close)

    async def _taken(self, size: int | None) -> list[Any]:
        if self._open is not None and (size is None or size > len(self._rows)):
            await self._connection.run(partial(self._fetch, None if size is None else size - len(self._rows)))
        taken, self._rows = self._rows[:size], self._rows[len(self._rows) if size is None else size :]
        return taken

    def _execute(self, how: Callable[..., object], sql: str, parameters: Any) -> None:
        self._close()
        cursor = self._open = self._connection.cursor_here()
        try:
            how(cursor, sql, parameters)
        except BaseException:
            self._close()
            raise
        self.description, self._rows = cursor.description, []
        self._fetch(_ROWS_AT_ONCE)

    def _fetch(self, size: int | None) -> None:
        """Take rows from the database, and let go of it with the last one."""
        cursor = self._open
        if cursor is None:
            return
        rows = cursor.fetchall() if size is None else cursor.fetchmany(size)
        self._rows += rows
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        if size is None or len(rows) < size:
            self._close()

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None


class _PatientConnection(aiosqlite.Connection):
    """A connection whose every statement runs to its end; the task is cancelled right after it."""

    def cursor(self) -> _Cursor:  # type: ignore[override]
        return _Cursor(self)

    def cursor_here(self) -> sqlite3.Cursor:
        """Return a plain cursor; call it in the driver's thread."""
        return self._conn.cursor()

    async def run(self, function: Callable[[], _Result]) -> _Result:
        """Run a function in the driver's thread, to its end."""
        result: _Result = await self._execute(function)
        return result

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")  # The driver's own words, which SQLAlchemy knows.
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((done, partial(fn, *args, **kwargs)))
        if await _finish(done):
            _cancel_soon(asyncio.current_task())
        return done.result()


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
