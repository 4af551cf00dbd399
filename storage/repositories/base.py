"""What every repository shares: inserts that are safe in a race, on both databases."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from storage.keyring import Keyring
from storage.types import Base, SealedRow, seal_row

_Row = TypeVar("_Row")
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class NotFound(LookupError):
    """There is no such row; the message names the table and the id, never a text."""


class Repository:
    """One aggregate's queries within one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    @property
    def _keyring(self) -> Keyring:
        keyring: Keyring = self._session.info["keyring"]
        return keyring

    def _insert(self, model: type[Base]) -> Any:
        """Return an INSERT that knows ON CONFLICT: both dialects spell it alike."""
        return _INSERTS[self._session.get_bind().dialect.name](model)

    async def _add_if_new(self, row: Base) -> bool:
        """Insert the row unless one with the same key is there, also in a race; a new row belongs to the session."""
        values = column_values(row, keyring=self._keyring)
        key = inspect(type(row)).primary_key[0]
        statement = self._insert(type(row)).values(values).on_conflict_do_nothing().returning(key)
        await self._session.flush()
        if (await self._session.execute(statement)).first() is None:
            return False
        self._adopt(row, values)
        return True

    def _adopt(self, row: Base, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            if value is None:
                setattr(row, name, None)  # An attribute never set would be loaded on first touch.
        make_transient_to_detached(row)
        self._session.add(row)


def column_values(row: Base, *, keyring: Keyring) -> dict[str, Any]:
    """Return what a row's columns hold, its texts sealed."""
    if isinstance(row, SealedRow):
        seal_row(row, keyring=keyring)
    return {name: getattr(row, name) for name in inspect(type(row)).columns.keys()}  # noqa: SIM118 - not a dict


def found(row: _Row | None, what: str, row_id: str) -> _Row:
    """Return the row that must be there.

    Raises:
        NotFound: there is none.
    """
    if row is None:
        raise NotFound(f"There is no {what} {row_id!r}.")
    return row
