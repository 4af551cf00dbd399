"""What is asked of the inbox's table: each function is one statement or two on a given connection, on both databases."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, or_, select, update

from storage.models import InboxEvent
from storage.types import sqlite_time

_POSTGRESQL_INSERT = """
    INSERT INTO inbox_events (event_id, workspace_id, type, body_sealed, received_at, next_try_at, state, attempts)
    SELECT event_id, workspace_id, type, body_sealed, received_at, received_at, 'new', 0
    FROM json_to_recordset(%s::json)
        AS given (event_id text, workspace_id text, type text, body_sealed text, received_at timestamptz)
    ON CONFLICT DO NOTHING RETURNING event_id
"""
_SQLITE_KNOWN = "SELECT event_id FROM inbox_events WHERE event_id IN ({})"
_SQLITE_INSERT = """
    INSERT INTO inbox_events (event_id, workspace_id, type, body_sealed, received_at, next_try_at, state, attempts)
    VALUES {} ON CONFLICT DO NOTHING
"""
_SQLITE_VALUES = "(?, ?, ?, ?, ?, ?, 'new', 0)"
_ROW = InboxEvent.__table__.columns


def insert(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Insert events and return for each whether its `event_id` was new; one that is known is left as it is.

    One statement for all of them, and past SQLAlchemy, which would cost five times the work: on SQLite a thread stores,
    and each row that it steps through costs it a wait for the interpreter's lock, which the event loop holds.
    """
    insert_new = _insert_sqlite if connection.dialect.name == "sqlite" else _insert_postgresql
    new = insert_new(connection, rows)
    return [_take(new, row["event_id"]) for row in rows]


def _insert_sqlite(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Insert, and return which are new: what is known is asked first, for that is seldom any row at all."""
    ids = tuple(row["event_id"] for row in rows)
    marks = ", ".join("?" * len(ids))
    known = connection.exec_driver_sql(_SQLITE_KNOWN.format(marks), ids).scalars().all()
    values = ", ".join([_SQLITE_VALUES] * len(rows))
    cells = tuple(cell for row in rows for cell in _sqlite_cells(row))
    connection.exec_driver_sql(_SQLITE_INSERT.format(values), cells)
    return set(ids).difference(known)


def _sqlite_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    received_at = sqlite_time(row["received_at"])
    return row["event_id"], row["workspace_id"], row["type"], row["body_sealed"], received_at, received_at


def _insert_postgresql(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    # In one order everywhere, so that two replicas that get the same events never wait for each other in a ring.
    ordered = sorted(rows, key=itemgetter("event_id"))
    # As JSON: the driver looks for characters to escape in every cell of an array, which costs ten times as much.
    given = json.dumps(ordered, default=datetime.isoformat)
    return set(connection.exec_driver_sql(_POSTGRESQL_INSERT, (given,)).scalars())


def _take(new: set[str], event_id: str) -> bool:
    """Return whether the id is new, once: of two copies in one batch the first is the new one."""
    if event_id not in new:
        return False
    new.remove(event_id)
    return True


def claim(
    connection: Connection, *, replica_id: str, now: datetime, stale: datetime, limit: int
) -> list[Row[Any]]:
    """Take the events whose time has come for one replica, the oldest first; what others hold stays theirs."""
    free = or_(InboxEvent.claimed_by.is_(None), InboxEvent.claimed_at < stale)
    due = select(InboxEvent.sequence).where(InboxEvent.state == "new", InboxEvent.next_try_at <= now, free)
    due = due.order_by(InboxEvent.next_try_at, InboxEvent.sequence).limit(limit)
    taken = (
        update(InboxEvent)
        .where(InboxEvent.sequence.in_(due.with_for_update(skip_locked=True)))
        .values(claimed_by=replica_id, claimed_at=now, attempts=InboxEvent.attempts + 1)
        .returning(*_ROW)
    )
    return sorted(connection.execute(taken), key=lambda row: (row.next_try_at, row.sequence))


def settle(connection: Connection, sequences: Iterable[int], **columns: Any) -> None:
    """Let go of claimed events and set what became of them."""
    chosen = InboxEvent.sequence.in_(list(sequences))
    connection.execute(update(InboxEvent).where(chosen).values(claimed_by=None, claimed_at=None, **columns))


def release(connection: Connection, *, replica_id: str) -> int:
    """Let go of everything a replica holds, and return how much that was."""
    held = (InboxEvent.state == "new", InboxEvent.claimed_by == replica_id)
    freed = update(InboxEvent).where(*held).values(claimed_by=None, claimed_at=None)
    return len(connection.scalars(freed.returning(InboxEvent.sequence)).all())


def holders(connection: Connection) -> set[str]:
    """Return the replicas that hold events."""
    held = (InboxEvent.state == "new", InboxEvent.claimed_by.is_not(None))
    found = connection.scalars(select(InboxEvent.claimed_by).where(*held).distinct())
    return {replica_id for replica_id in found if replica_id is not None}


def replay(
    connection: Connection, *, event_id: str | None, now: datetime, workspace_id: str | None = None
) -> int:
    """Put one event, or every parked one, back into the line; return how many that were.

    With `workspace_id` only what is parked, and of that workspace.
    """
    chosen: ColumnElement[bool] = InboxEvent.state == "parked"
    if event_id is not None:
        chosen = InboxEvent.event_id == event_id
    if workspace_id is not None:
        chosen = and_(chosen, _parked(workspace_id))
    again = update(InboxEvent).where(chosen)
    again = again.values(
        state="new", attempts=0, next_try_at=now, claimed_by=None, claimed_at=None, error=None
    )
    return len(connection.scalars(again.returning(InboxEvent.sequence)).all())


def of_state(connection: Connection, *, state: str, limit: int) -> list[Row[Any]]:
    """Return the events in a state, newest first."""
    chosen = select(*_ROW).where(InboxEvent.state == state)
    return list(connection.execute(chosen.order_by(InboxEvent.sequence.desc()).limit(limit)))


def parked(connection: Connection, *, workspace_id: str, limit: int) -> tuple[int, list[Row[Any]]]:
    """Return how many events of a workspace are parked, and the latest, newest first: without their bodies."""
    how_many = connection.scalar(select(func.count()).select_from(InboxEvent).where(_parked(workspace_id)))
    columns = (InboxEvent.event_id, InboxEvent.type, InboxEvent.received_at, InboxEvent.error)
    latest = select(*columns).where(_parked(workspace_id)).order_by(InboxEvent.sequence.desc()).limit(limit)
    return how_many or 0, list(connection.execute(latest))


def _parked(workspace_id: str) -> ColumnElement[bool]:
    return and_(InboxEvent.state == "parked", InboxEvent.workspace_id == workspace_id)


def find(connection: Connection, *, event_id: str) -> Row[Any] | None:
    """Return the event with this id, if it is there."""
    return connection.execute(select(*_ROW).where(InboxEvent.event_id == event_id)).first()


def counts(connection: Connection) -> dict[str, int]:
    """Return how many events are in each state."""
    grouped = select(InboxEvent.state, func.count().label("n")).group_by(InboxEvent.state)
    return {row.state: row.n for row in connection.execute(grouped)}


def prune(connection: Connection, *, done_before: datetime, limit: int) -> int:
    """Delete the oldest events that were done before then, at most `limit`; return how many that were."""
    # Nothing is done before its time has come: so the index finds them, and no walk through all that are done.
    old = select(InboxEvent.sequence).where(InboxEvent.state == "done", InboxEvent.next_try_at < done_before)
    oldest = old.order_by(InboxEvent.next_try_at, InboxEvent.sequence).limit(limit)
    gone = delete(InboxEvent).where(InboxEvent.sequence.in_(oldest)).returning(InboxEvent.sequence)
    return len(connection.scalars(gone).all())
