"""The database of one deployment: engines, transactions and the keyring."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage.connections import Location, read_only, reader_engine, sync_engine, writer_engine
from storage.keyring import Keyring
from storage.patience import to_the_end
from storage.unit_of_work import UnitOfWork


class Database:
    """Engines, sessions and keyring of one deployment.

    `begin()` is one write transaction, `read()` a read-only one. On SQLite there is a single writer connection,
    so write transactions run one after the other: keep them short, and never wait for the network inside one.
    """

    def __init__(
        self, location: Location, *, keyring: Keyring, writer: AsyncEngine, reader: AsyncEngine
    ) -> None:
        self.location = location
        self.keyring = keyring
        self._writer = writer
        self._reader = reader

    @classmethod
    def connect(cls, url: str, *, keyring: Keyring) -> "Database":
        """Return the database at `url` (`sqlite:///path` or `postgresql://…`); connections open when first used.

        Raises:
            DatabaseUrlError: the address is of neither form.
        """
        location = Location.parse(url)
        writer = writer_engine(location)
        reader = reader_engine(location) if location.dialect == "sqlite" else read_only(writer)
        return cls(location, keyring=keyring, writer=writer, reader=reader)

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which of the two databases this is."""
        return self.location.dialect

    @property
    def sync_url(self) -> str:
        """The address for libraries that bring their own engine, password included."""
        return self.location.url.render_as_string(hide_password=False)

    def sync_engine(self, **options: object) -> Engine:
        """Return a new engine without an event loop on the same database, with our rules for SQLite."""
        return sync_engine(self.location, **options)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        """Open one write transaction: it commits at the end, and leaves nothing behind on an error."""
        session = self._session(self._writer)
        unit = UnitOfWork(session)
        try:
            yield unit
        except BaseException:
            await to_the_end(session.close())
            raise
        await to_the_end(_commit(session))
        unit.tell_committed()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """Open one read-only transaction that sees one state of the database."""
        session = self._session(self._reader, autoflush=False)
        try:
            yield UnitOfWork(session)
        finally:
            await to_the_end(session.close())

    async def verify_keyring(self) -> None:
        """Check that our keys are the ones this database was sealed with; a new database takes ours.

        Raises:
            KeyringError: one sentence; nothing was written.
        """
        async with self.begin() as unit:
            await unit.key_checks.verify()

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        await self._reader.dispose()

    def _session(self, engine: AsyncEngine, *, autoflush: bool = True) -> AsyncSession:
        return AsyncSession(
            engine, expire_on_commit=False, autoflush=autoflush, info={"keyring": self.keyring}
        )


async def _commit(session: AsyncSession) -> None:
    try:
        await session.commit()
    finally:
        await session.close()
