"""Column types and the declarative base that every model shares."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, ClassVar, Generic, TypeVar, overload

from sqlalchemy import DateTime, MetaData, String, event, inspect
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapper, QueryContext, Session, object_session
from sqlalchemy.types import TypeDecorator

from storage.keyring import Keyring, Place

_Text = TypeVar("_Text", str, str | None)

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def new_id() -> str:
    """Return a fresh row id: 32 hex digits."""
    return uuid.uuid4().hex


def utc_now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)


def clean_text(text: str) -> str:
    """Drop what no database takes: NUL characters (PostgreSQL) and lone surrogates (UTF-8)."""
    text = text.replace("\0", "")
    return text if text.isascii() else _LONE_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def sqlite_time(moment: datetime) -> str:
    """Return a time as SQLAlchemy writes it to SQLite, for statements that go past SQLAlchemy."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite forgets the zone, this puts it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Refuse naive times and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text without what no database takes, so that one odd character never fails a whole transaction."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Clean the text on its way in."""
        return None if value is None else clean_text(value)


class Base(DeclarativeBase):
    """The declarative base; constraints are named so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, str: CleanText}

    def __init__(self, **columns: Any) -> None:
        """Set the given attributes, and the defaults now instead of at the flush: a new row is whole at once."""
        for name, make in _defaults(type(self)).items():
            if columns.get(name) is None:
                columns[name] = make()
        for name, value in columns.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{name!r} is not an attribute of {type(self).__name__}.")
            setattr(self, name, value)


@cache
def _defaults(model: type) -> dict[str, Callable[[], Any]]:
    """Return what makes the default of each attribute that has one."""
    columns: Any = inspect(model).columns
    return {column.key: _maker(column.default) for column in columns if column.default is not None}


def _maker(default: Any) -> Callable[[], Any]:
    return partial(default.arg, None) if default.is_callable else lambda: default.arg


@dataclass(frozen=True, slots=True)
class _Opened:
    """A text and the sealed value it belongs to."""

    text: str | None
    sealed: str | None


def _waiting(text: str | None) -> _Opened:
    return _Opened(None, None) if text is None else _Opened(clean_text(text), _WAITING)


class Sealed(Generic[_Text]):
    """A text attribute that is encrypted in the column `<name>_sealed` (AAD: table, column, workspace, row).

    The plain text lives in the instance only: it is sealed when the session flushes, and opened when it is read,
    with the keyring of the session that loaded the row (`session.info["keyring"]`), also after the row is detached.
    A row has `workspace_id` and a key column named by `__sealed_row_id__` (default `id`). `Sealed[str | None]`
    where the column may be empty.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.column = f"{name}_sealed"
        self._slot = f"_{name}_opened"

    @overload
    def __get__(self, instance: None, owner: type) -> "Sealed[_Text]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> _Text: ...
    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        sealed = getattr(instance, self.column)
        opened: _Opened | None = instance.__dict__.get(self._slot)
        if opened is None or opened.sealed != sealed:
            opened = instance.__dict__[self._slot] = _Opened(self._open(instance, sealed), sealed)
        return opened.text

    def __set__(self, instance: Any, value: _Text) -> None:
        opened = _waiting(value)
        instance.__dict__[self._slot] = opened
        # The mark makes the row dirty, also when the column is not loaded; the flush replaces it.
        setattr(instance, self.column, opened.sealed)

    def _open(self, instance: Any, sealed: str | None) -> str | None:
        if sealed is None:
            return None
        keyring = instance.__dict__.get(_KEYRING)
        if keyring is None:
            raise RuntimeError(f"{self.column} was not loaded by a session of storage.engine.")
        return str(keyring.open(sealed, place=self.place(instance)))

    def seal(self, instance: Any, *, keyring: Keyring) -> None:
        """Put the sealed value of a text that was set into its column."""
        opened: _Opened | None = instance.__dict__.get(self._slot)
        if opened is None or opened.text is None:
            if self.is_waiting(instance):
                raise RuntimeError(f"The text of {self.column} was lost before it could be sealed.")
            return
        sealed = keyring.seal(opened.text, place=self.place(instance))
        setattr(instance, self.column, sealed)
        instance.__dict__[self._slot] = _Opened(opened.text, sealed)

    def is_waiting(self, instance: Any) -> bool:
        """Return whether a text was set that no flush has sealed yet."""
        return bool(instance.__dict__.get(self.column) == _WAITING)

    def place(self, instance: Any) -> Place:
        """Return the place that the value of this row is sealed for."""
        row_id = getattr(instance, getattr(instance, "__sealed_row_id__", "id"))
        # As the columns will hold them: cleaned.
        return Place(
            instance.__tablename__, self.column, clean_text(instance.workspace_id), clean_text(row_id)
        )


_KEYRING = "_sealed_keyring"
_WAITING = "waiting to be sealed"


class SealedRow:
    """Mixin for models with `Sealed` attributes."""


@cache
def _sealed_attributes(model: type) -> tuple[Sealed[Any], ...]:
    return tuple(
        value for base in model.__mro__ for value in vars(base).values() if isinstance(value, Sealed)
    )


def _keyring(session: Session | None) -> Keyring:
    if session is None or not isinstance(keyring := session.info.get("keyring"), Keyring):
        raise RuntimeError("Sealed columns need a session that was made by storage.engine.")
    return keyring


def seal_row(row: Any, *, keyring: Keyring) -> None:
    """Seal every text of a row that is about to be inserted."""
    row.__dict__[_KEYRING] = keyring
    for sealed in _sealed_attributes(row.__class__):
        sealed.seal(row, keyring=keyring)


def _before_insert(mapper: Mapper[Any], connection: Any, target: Any) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    seal_row(target, keyring=_keyring(object_session(target)))


def _before_update(mapper: Mapper[Any], connection: Any, target: Any) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    keyring = _keyring(object_session(target))
    target.__dict__[_KEYRING] = keyring
    for sealed in _sealed_attributes(target.__class__):
        if sealed.is_waiting(target):
            sealed.seal(target, keyring=keyring)


def _after_load(target: Any, context: QueryContext | None, *_: Any) -> None:
    if context is None:
        raise RuntimeError("Rows with sealed texts cannot be merged: load the row and set its attributes.")
    target.__dict__[_KEYRING] = _keyring(context.session)


event.listen(SealedRow, "before_insert", _before_insert, propagate=True)
event.listen(SealedRow, "before_update", _before_update, propagate=True)
event.listen(SealedRow, "load", _after_load, propagate=True)
event.listen(SealedRow, "refresh", _after_load, propagate=True)
