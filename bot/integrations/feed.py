"""The feed of what happens in a workspace: by page for readers with a cursor, as events for webhooks."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from bot.errors import BotError
from bot.training.exports import feedback_json_line, open_text
from storage.engine import Database
from storage.keyring import Keyring
from storage.models import Draft, Outcome
from storage.queries.feed import FeedFilter, SignalTold
from storage.unit_of_work import UnitOfWork

MOST_ROWS: Final = 500
_BATCH: Final = 2_000
_ROUNDS: Final = 5
_CURSOR: Final = re.compile(r"v1:(\d{1,18})", re.ASCII)

EventType = Literal["feedback", "draft.posted", "outcome"]


class CursorUnknown(BotError):
    """The cursor is none that we gave."""

    code = "bad_cursor"
    sentence = "I do not know this cursor. Use the one of the last answer, or none to begin at the start."


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Signals as exports write them, where to go on, and whether there is more at once."""

    rows: list[dict[str, Any]]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as a webhook tells it; the same event always has the same id."""

    position: int
    id: str
    type: EventType
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Events:
    """The next events behind a place, and the place to go on from."""

    events: list[Event]
    position: int


class FeedReader:
    """Reads the feed; nothing that commits late is ever skipped (`storage.repositories.feed`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, workspace_id: str, *, cursor: str | None, limit: int, only: FeedFilter | None = None
    ) -> FeedPage:
        """Return the signals behind a cursor, from the start without one.

        Raises:
            CursorUnknown: the cursor is none of ours.
        """
        after = read_cursor(cursor)
        unplaced = await self.arrange(workspace_id)
        async with self._database.read() as unit:
            told = await unit.feed.signals(workspace_id, after=after, limit=limit, only=only)
            end = await unit.feed.end(workspace_id)
        full = len(told) == limit
        position = told[-1].position if full else max(after, end)
        rows = [_record(each, keyring=self._database.keyring) for each in told]
        return FeedPage(rows, write_cursor(position), more=full or unplaced)

    async def events(self, workspace_id: str, *, after: int, limit: int) -> Events:
        """Return what happened behind a place, of every type, in order."""
        async with self._database.read() as unit:
            found = await _gather(
                unit, workspace_id, after=after, limit=limit, keyring=self._database.keyring
            )
            end = await unit.feed.end(workspace_id)
        events = sorted(found, key=lambda event: event.position)[:limit]
        return Events(events, events[-1].position if len(events) == limit else max(after, end))

    async def has_news(self, workspace_id: str, *, after: int) -> bool:
        """Return whether something may be told behind a place."""
        async with self._database.read() as unit:
            return await unit.feed_places.wanted(workspace_id) or await unit.feed.end(workspace_id) > after

    async def place_of(self, workspace_id: str, *, since: datetime | None) -> int:
        """Return the place from which everything since a moment is told; without one, only what comes next."""
        while await self.arrange(workspace_id):
            pass
        async with self._database.read() as unit:
            if since is None:
                return await unit.feed.end(workspace_id)
            return await unit.feed.place_before(workspace_id, since=since)

    async def arrange(self, workspace_id: str) -> bool:
        """Give places to what has none yet, so much at a time; return whether there is more to do."""
        for _ in range(_ROUNDS):
            async with self._database.read() as unit:
                if not await unit.feed_places.wanted(workspace_id):
                    return False
            async with self._database.begin() as unit:
                if not await unit.feed_places.give(workspace_id, limit=_BATCH):
                    return False  # Others are changing the rest: it will come.
        return True


def write_cursor(position: int) -> str:
    """Return a place as callers see it: nothing to calculate with."""
    return base64.urlsafe_b64encode(f"v1:{position}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> int:
    """Return the place that a cursor means.

    Raises:
        CursorUnknown: it is none of ours.
    """
    if cursor is None:
        return 0
    try:
        written = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise CursorUnknown from None
    if found := _CURSOR.fullmatch(written):
        return int(found[1])
    raise CursorUnknown


def iso(moment: datetime) -> str:
    """Return a moment as the API writes it: ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _record(told: SignalTold, *, keyring: Keyring) -> dict[str, Any]:
    """Return a signal with the columns of `export feedback`, by the very function that writes those."""
    text = None if told.row[7] is None else open_text(told.row, keyring=keyring)
    columns: dict[str, Any] = json.loads(feedback_json_line(told.row, text))
    return {**columns, "draft": told.draft_id, "external_id": told.external_id}


async def _gather(
    unit: UnitOfWork, workspace_id: str, *, after: int, limit: int, keyring: Keyring
) -> list[Event]:
    signals = [
        _event(workspace_id, told.position, "feedback", _record(told, keyring=keyring))
        for told in await unit.feed.signals(workspace_id, after=after, limit=limit)
    ]
    drafts = [
        _event(workspace_id, draft.feed_position or 0, "draft.posted", _posted(draft))
        for draft in await unit.feed.drafts(workspace_id, after=after, limit=limit)
    ]
    outcomes = [
        _event(workspace_id, outcome.feed_position or 0, "outcome", _outcome(outcome, external_id))
        for outcome, external_id in await unit.feed.outcomes(workspace_id, after=after, limit=limit)
    ]
    return [*drafts, *signals, *outcomes]


def _event(workspace_id: str, position: int, kind: EventType, data: Mapping[str, Any]) -> Event:
    return Event(position, f"{workspace_id}-{position}", kind, data)


def _posted(draft: Draft) -> dict[str, Any]:
    return {
        "draft": draft.id,
        "external_id": draft.external_id,
        "metadata": json.loads(draft.own_metadata) if draft.own_metadata else None,
        "channel": draft.channel_id,
        "message_ts": draft.message_ts,
        "task": draft.task,
        "release": draft.release,
        "source": draft.source,
        "posted_at": iso(draft.posted_at) if draft.posted_at else None,
    }


def _outcome(outcome: Outcome, external_id: str | None) -> dict[str, Any]:
    return {
        "draft": outcome.draft_id,
        "external_id": external_id,
        "name": outcome.name,
        "value": outcome.value,
        "measured_at": iso(outcome.measured_at),
        "received_at": iso(outcome.received_at),
    }
