"""The inbox: raw events, stored before anybody is told that they arrived."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

from storage import inbox_queries
from storage.connections import Location, sync_engine, writer_engine
from storage.group_commit import TaskWriter, ThreadWriter, Writer
from storage.keyring import Keyring, KeyringError, Place
from storage.types import clean_text

_Result = TypeVar("_Result")
_ID_LENGTH = 255
_TYPE_LENGTH = 64
_STALE_AFTER = timedelta(seconds=60)
_PRUNED_AT_ONCE = 1_000
_CONNECTIONS = 4  # one stores, one claims, one notes what is done, one is for whoever looks


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event as it came; `body` is the raw JSON."""

    event_id: str
    workspace_id: str
    type: str
    body: str
    received_at: datetime

    def __post_init__(self) -> None:
        if not 0 < len(self.event_id) <= _ID_LENGTH:
            raise ValueError("An event id has 1 to 255 characters.")


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event in the inbox; `state` is new, done or parked, `attempts` counts the claims."""

    sequence: int
    event_id: str
    workspace_id: str
    type: str
    body: str
    received_at: datetime
    state: str
    attempts: int
    next_try_at: datetime
    claimed_by: str | None
    claimed_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """An event that was put aside, without its body; `error` is a class and a reference."""

    event_id: str
    type: str
    received_at: datetime
    error: str | None


class InboxStore:
    """The inbox of one deployment; a store belongs to one event loop."""

    def __init__(
        self, writer: Writer[NewEvent], *, keyring: Keyring, stale_after: timedelta = _STALE_AFTER
    ) -> None:
        self._writer = writer
        self._keyring = keyring
        self._stale_after = stale_after

    @classmethod
    def connect(cls, url: str, *, keyring: Keyring, stale_after: timedelta = _STALE_AFTER) -> "InboxStore":
        """Return the inbox of the deployment whose database is at `url`; a claim older than `stale_after` is void."""
        location = Location.parse(url).inbox
        insert = partial(_insert, keyring)
        writer: Writer[NewEvent]
        if location.dialect == "sqlite":
            writer = ThreadWriter(sync_engine(location), insert=insert)
        else:
            writer = TaskWriter(writer_engine(location, size=_CONNECTIONS), insert=insert)
        return cls(writer, keyring=keyring, stale_after=stale_after)

    async def put(self, event: NewEvent) -> bool:
        """Store an event; return after the commit. False: it is known already, which is as good.

        Raises:
            NotStored: it is not on the disk, so it must not be acknowledged.
        """
        return await self._writer.put(event)

    async def claim(self, *, replica_id: str, now: datetime, limit: int = 100) -> list[StoredEvent]:
        """Take events whose time has come, oldest first; no other replica gets them while the claim is fresh.

        An event that our keys do not open is parked, so that it holds nothing up.
        """
        stale = now - self._stale_after
        rows = await self._run(inbox_queries.claim, replica_id=replica_id, now=now, stale=stale, limit=limit)
        readable = []
        for row in rows:
            try:
                readable.append(self._opened(row))
            except KeyringError as error:
                await self.park(row.sequence, error=type(error).__name__)
        return readable

    async def done(self, sequences: Iterable[int]) -> None:
        """Note that these events were worked on to their end."""
        await self._run(inbox_queries.settle, sequences=list(sequences), state="done", error=None)

    async def retry(self, sequence: int, *, error: str, next_try_at: datetime) -> None:
        """Let go of an event until later; `error` is a class and a reference, never a text."""
        await self._run(
            inbox_queries.settle, sequences=[sequence], error=error[:_ID_LENGTH], next_try_at=next_try_at
        )

    async def park(self, sequence: int, *, error: str) -> None:
        """Put an event aside for people to look at."""
        await self._run(inbox_queries.settle, sequences=[sequence], state="parked", error=error[:_ID_LENGTH])

    async def release(self, *, replica_id: str) -> int:
        """Let go of everything a replica holds (it died, or starts anew), and return how many events that was."""
        return await self._run(inbox_queries.release, replica_id=replica_id)

    async def holders(self) -> set[str]:
        """Return the replicas that hold events."""
        return await self._run(inbox_queries.holders)

    async def list(self, *, state: str = "parked", limit: int = 50) -> Sequence[StoredEvent]:
        """Return events in a state, newest first."""
        rows = await self._run(inbox_queries.of_state, state=state, limit=limit)
        return [self._opened(row) for row in rows]

    async def show(self, event_id: str) -> StoredEvent | None:
        """Return one event, if it is there."""
        row = await self._run(inbox_queries.find, event_id=event_id)
        return None if row is None else self._opened(row)

    async def parked(self, workspace_id: str, *, limit: int) -> tuple[int, Sequence[ParkedEvent]]:
        """Return how many events of a workspace are parked, and the latest of them, newest first."""
        how_many, rows = await self._run(inbox_queries.parked, workspace_id=workspace_id, limit=limit)
        return how_many, [ParkedEvent(row.event_id, row.type, row.received_at, row.error) for row in rows]

    async def replay(
        self, event_id: str | None = None, *, now: datetime, workspace_id: str | None = None
    ) -> int:
        """Put one event, or every parked one, back into the line; return how many that were.

        With `workspace_id` only what is parked, and of that workspace.
        """
        return await self._run(inbox_queries.replay, event_id=event_id, now=now, workspace_id=workspace_id)

    async def counts(self) -> dict[str, int]:
        """Return how many events are new, done and parked."""
        found = await self._run(inbox_queries.counts)
        return {state: found.get(state, 0) for state in ("new", "done", "parked")}

    async def prune(self, *, done_before: datetime) -> int:
        """Delete the events that are done and came before then; return how many that were.

        A few at a time: an event that comes meanwhile is to be stored, and answered, within moments.
        """
        pruned = 0
        while gone := await self._run(inbox_queries.prune, done_before=done_before, limit=_PRUNED_AT_ONCE):
            pruned += gone
        return pruned

    async def close(self) -> None:
        """Finish what was put, then close every connection."""
        await self._writer.close()

    async def _run(self, query: Callable[..., _Result], **arguments: Any) -> _Result:
        return await self._writer.run(partial(query, **arguments))

    def _opened(self, row: Row[Any]) -> StoredEvent:
        columns = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        body = self._keyring.open(columns.pop("body_sealed"), place=_place(row.workspace_id, row.event_id))
        return StoredEvent(body=body, **columns)


def _place(workspace_id: str, event_id: str) -> Place:
    return Place("inbox_events", "body_sealed", workspace_id, event_id)


def _insert(keyring: Keyring, connection: Connection, events: Sequence[NewEvent]) -> list[bool]:
    rows = [_row(event) for event in events]
    bodies = [clean_text(event.body) for event in events]
    places = [_place(row["workspace_id"], row["event_id"]) for row in rows]
    for row, body_sealed in zip(rows, keyring.seal_all(bodies, places=places), strict=True):
        row["body_sealed"] = body_sealed
    return inbox_queries.insert(connection, rows)


def _row(event: NewEvent) -> dict[str, Any]:
    return {
        "event_id": clean_text(event.event_id),
        "workspace_id": clean_text(event.workspace_id),
        "type": event.type[:_TYPE_LENGTH],
        "received_at": event.received_at,
    }
