"""Bringing a database's tables to the version of this program, under a lock."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connections import Location, writer_engine
from storage.models import InboxBase
from storage.types import Base

_SCRIPTS = Path(__file__).parent / "migrations"
_NONE = "none"
_LOCK_NUMBER = 0x6472_6166_746C_6F6F  # "draftloo": one number for the whole product, on PostgreSQL


@dataclass(frozen=True)
class Schema:
    """A set of tables that migrates on its own: on SQLite each is a file."""

    name: str
    metadata: MetaData
    version_table: str

    def location(self, product: Location) -> Location:
        """Return where these tables are, given where the product's are."""
        return product.inbox if self.name == "inbox" else product

    def config(self, connection: Connection | None = None) -> Config:
        """Return Alembic's configuration; no file is needed."""
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
        config.set_main_option("version_locations", str(_SCRIPTS / "versions" / self.name).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        config.attributes.update(schema=self, connection=connection, batch=True)
        return config

    def head(self) -> str:
        """Return the version this program needs."""
        return str(ScriptDirectory.from_config(self.config()).get_current_head())


PRODUCT = Schema("product", Base.metadata, "alembic_version")
INBOX = Schema("inbox", InboxBase.metadata, "alembic_version_inbox")
SCHEMAS = (PRODUCT, INBOX)


@dataclass(frozen=True, slots=True)
class SchemaState:
    """The version a database is at (None: empty) and the one this program needs, as `product/inbox`."""

    current: str | None
    head: str

    @property
    def unmade(self) -> bool:
        """Whether tables are missing and none is of another version: nobody made them yet, or not to the end."""
        if self.current is None:
            return True
        versions = zip(self.current.split("/"), self.head.split("/"), strict=True)
        missing = [current == _NONE for current, head in versions if current != head]
        return bool(missing) and all(missing)


class SchemaOutdated(Exception):
    """The database's tables are not the ones this program works with."""


async def upgrade(url: str) -> SchemaState:
    """Make or change the tables at `url` as this program needs them; of several processes one works, the rest wait."""
    location = Location.parse(url)
    if location.dialect == "sqlite":
        location.path.parent.mkdir(parents=True, exist_ok=True)
    for schema in SCHEMAS:
        await run(url, schema=schema, work=_upgrade(schema))
    return await state(url)


async def state(url: str) -> SchemaState:
    """Return where the tables at `url` are, and where they should be. A missing SQLite file stays missing."""
    current = [await _current(url, schema) for schema in SCHEMAS]
    head = "/".join(schema.head() for schema in SCHEMAS)
    known = [version or _NONE for version in current]
    return SchemaState("/".join(known) if any(current) else None, head)


async def check(url: str) -> SchemaState:
    """Return the state of the tables at `url`, which is the one this program needs.

    Raises:
        SchemaOutdated: it is not; one sentence that says what to do.
    """
    now = await state(url)
    if now.current is None:
        raise SchemaOutdated("The database has no tables yet: run `draftloop db upgrade`.")
    if now.current != now.head:
        raise SchemaOutdated(
            f"The database is at version {now.current}, this program needs {now.head}: run `draftloop db upgrade`"
            " with the newest Draftloop."
        )
    return now


async def run(url: str, *, schema: Schema, work: Callable[[Connection], Any]) -> Any:
    """Run `work` on one connection to a schema's tables, alone, in one transaction."""
    async with _connected(schema.location(Location.parse(url))) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:number)")
            await connection.execute(lock, {"number": _LOCK_NUMBER})
        return await connection.run_sync(work)


def _upgrade(schema: Schema) -> Callable[[Connection], None]:
    return lambda connection: command.upgrade(schema.config(connection), "head")


async def _current(url: str, schema: Schema) -> str | None:
    location = schema.location(Location.parse(url))
    if location.dialect == "sqlite" and not location.path.exists():
        return None
    async with _connected(location) as connection:
        return await connection.run_sync(_version(schema))


def _version(schema: Schema) -> Callable[[Connection], str | None]:
    options = {"version_table": schema.version_table}
    return lambda connection: MigrationContext.configure(connection, opts=options).get_current_revision()


@asynccontextmanager
async def _connected(location: Location) -> AsyncIterator[AsyncConnection]:
    engine = writer_engine(location)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()
