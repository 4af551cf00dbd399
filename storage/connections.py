"""Database addresses and the engines that are made from them, with each database's house rules."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.patience import connect_patiently

_IDLE_TRANSACTION_MS = 60_000
_KNOWS_SUBSECONDS = (3, 42)
_LOCK_WAIT_SECONDS = 30
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_LOCK_WAIT_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA journal_size_limit = {64 * 1024 * 1024}",
)


class DatabaseUrlError(ValueError):
    """DATABASE_URL is not one of the two forms we know."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a deployment's database is; on SQLite, which files."""

    dialect: Literal["sqlite", "postgresql"]
    url: URL

    @classmethod
    def parse(cls, text: str) -> "Location":
        """Read DATABASE_URL.

        Raises:
            DatabaseUrlError: a sentence that says what to write; it never repeats the value, which may hold a password.
        """
        url = _parse(text)
        if url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}:
            return cls("sqlite", url)
        if url.drivername in {"postgresql", "postgresql+psycopg"}:
            return cls("postgresql", url.set(drivername="postgresql+psycopg"))
        raise DatabaseUrlError(
            "DATABASE_URL must be sqlite:///a-file.db or postgresql://… (write postgresql://, not postgres://)."
        )

    @property
    def path(self) -> Path:
        """The SQLite file."""
        if self.dialect != "sqlite":
            raise DatabaseUrlError("Only a SQLite database is a file.")
        return Path(str(self.url.database))

    @property
    def inbox(self) -> "Location":
        """Where the inbox lives: a file of its own beside a SQLite database, else the same database."""
        if self.dialect == "postgresql":
            return self
        return Location("sqlite", self.url.set(database=f"{self.path}.inbox"))


def _parse(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseUrlError("DATABASE_URL is not an address of a database.") from None


def writer_engine(location: Location, *, size: int = 16) -> AsyncEngine:
    """Return the engine that writes; on SQLite one connection whose transactions take the write lock at once.

    On PostgreSQL it opens up to `size` connections, and keeps half of them.
    """
    if location.dialect == "sqlite":
        return _async_sqlite(location, begin="BEGIN IMMEDIATE", pool_size=1)
    return _async_postgresql(location, size=size)


def reader_engine(location: Location, *, size: int = 4) -> AsyncEngine:
    """Return an engine that only reads: each transaction sees one state of the database."""
    if location.dialect == "sqlite":
        engine = _async_sqlite(location, begin="BEGIN", pool_size=size)
        event.listen(engine.sync_engine, "connect", _runs("PRAGMA query_only = ON"))
        return engine
    return read_only(_async_postgresql(location, size=size))


def read_only(engine: AsyncEngine) -> AsyncEngine:
    """Return the same PostgreSQL engine and pool, for reading in one snapshot."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def sync_engine(location: Location, **options: Any) -> Engine:
    """Return an engine for code that has no event loop, with the same house rules (WAL, FULL, waiting for locks)."""
    if location.dialect == "postgresql":
        return create_engine(location.url, hide_parameters=True, pool_pre_ping=True, **options)
    engine = create_engine(
        location.url, hide_parameters=True, connect_args={"isolation_level": None}, **options
    )
    return _house_rules(engine, begin="BEGIN IMMEDIATE")


def _async_sqlite(location: Location, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        location.url.set(drivername="sqlite+aiosqlite"),
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_LOCK_WAIT_SECONDS,
        # Python's own transaction magic is off: SQLAlchemy's begin event below says BEGIN.
        connect_args={
            "isolation_level": None,
            "timeout": _LOCK_WAIT_SECONDS,
            "async_creator_fn": connect_patiently,
        },
    )
    _house_rules(engine.sync_engine, begin=begin)
    return engine


def _async_postgresql(location: Location, *, size: int) -> AsyncEngine:
    given = str(location.url.query.get("options", ""))
    return create_async_engine(
        location.url,
        # A machine that froze inside a transaction must not hold its locks for ever.
        connect_args={"options": f"{given} -c idle_in_transaction_session_timeout={_IDLE_TRANSACTION_MS}"},
        hide_parameters=True,
        pool_size=size // 2,
        max_overflow=size - size // 2,
        pool_timeout=_LOCK_WAIT_SECONDS,
        pool_pre_ping=True,
    )


def teach_old_sqlite(dbapi_connection: Any, _record: Any) -> None:
    """Give a SQLite older than 3.42 the clock with milliseconds.

    With Python 3.12 and later DBOS' tables have `unixepoch('subsec')` as a default, but many systems' SQLite does not
    know that word and answers NULL.
    """
    if sqlite3.sqlite_version_info < _KNOWS_SUBSECONDS:
        dbapi_connection.create_function("unixepoch", 1, _unix_epoch)


def _unix_epoch(modifier: str) -> float | None:
    return time.time() if modifier in {"subsec", "subsecond"} else None


def _house_rules(engine: Engine, *, begin: str) -> Engine:
    event.listen(engine, "connect", _runs(*_PRAGMAS))
    event.listen(engine, "connect", teach_old_sqlite)
    event.listen(engine, "begin", _begins(begin))
    return engine


def _begins(statement: str) -> Callable[[Connection], None]:
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return on_begin


def _runs(*statements: str) -> Callable[[Any, Any], None]:
    def on_connect(dbapi_connection: Any, _record: Any) -> None:
        cursor = dbapi_connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()

    return on_connect
