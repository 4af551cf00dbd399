"""Runs many small statements of one transaction next to the database, with one trip there instead of one each.

On SQLite through asyncio every statement is four to six trips to the driver's thread. A function of a plain
connection can run in that thread as a whole. On PostgreSQL there is no thread, and SQLAlchemy's own way serves.
"""

import sqlite3
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, StaticPool, create_engine
from sqlalchemy.ext.asyncio import AsyncConnection

_Result = TypeVar("_Result")
_borrowed: weakref.WeakKeyDictionary[Any, Connection] = weakref.WeakKeyDictionary()


async def run_nearby(connection: AsyncConnection, function: Callable[[Connection], _Result]) -> _Result:
    """Run `function` on this connection, within its transaction; it must neither commit nor roll back."""
    if connection.dialect.name != "sqlite":
        return await connection.run_sync(function)
    driver: Any = (await connection.get_raw_connection()).driver_connection
    result: _Result = await driver._execute(_run, driver, function)  # noqa: SLF001 - the driver's one way in
    return result


def _run(driver: Any, function: Callable[[Connection], _Result]) -> _Result:
    if driver not in _borrowed:
        _borrowed[driver] = _borrow(driver._conn)  # noqa: SLF001 - as above
    return function(_borrowed[driver])


def _borrow(raw: sqlite3.Connection) -> Connection:
    """Return a second view of an open SQLite connection that leaves its transaction alone."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: raw,
        poolclass=StaticPool,
        pool_reset_on_return=None,
        hide_parameters=True,
        skip_autocommit_rollback=True,
    )
    for name in ("do_begin", "do_commit", "do_rollback", "do_close", "do_terminate"):
        setattr(engine.dialect, name, _nothing)  # The owner begins, ends and closes.
    return engine.connect()


def _nothing(_dbapi_connection: Any) -> None:
    """Leave the transaction to its owner."""
