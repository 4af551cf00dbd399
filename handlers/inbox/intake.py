"""The first half of the inbox: an event is on disk before Slack hears "200"."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.response import BoltResponse

from bot.logs import get_logger
from bot.metrics import EVENTS_RECEIVED, INBOX_PUT_SECONDS, RATE_LIMITED
from handlers.errors import log_unknown
from handlers.payloads import event_type, readable_event_id, workspace_of
from storage.inbox_store import InboxStore, NewEvent

log = get_logger(__name__)

_REMEMBERED = timedelta(seconds=10)
_CROWD = 8
_MOMENT = 0.05


class Intake:
    """Stands in front of Bolt: takes every event of whatever type, lets all else pass.

    Bolt acknowledges an event before its listener ran, so a listener that stores it comes too late for a crash.
    """

    def __init__(self, store: InboxStore, *, wake: asyncio.Event, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._wake = wake
        self._clock = clock
        self._refused_at: datetime | None = None
        self._waiting = 0  # events whose answer to Slack is still due
        self._crowded_at = -_MOMENT

    @property
    def problem(self) -> str | None:
        """Say so when an event could not be stored just now (a full disk shows nowhere else)."""
        refused_at = self._refused_at
        recent = refused_at is not None and self._clock() - refused_at < _REMEMBERED
        return "an event could not be stored" if recent else None

    @property
    def is_crowded(self) -> bool:
        """Whether more than a few events wait for their answer to Slack, or did a moment ago: they come in waves."""
        return asyncio.get_running_loop().time() - self._crowded_at < _MOMENT

    async def take(self, body: Mapping[str, Any]) -> BoltResponse | None:
        """Store an event and answer; None: this is something else, which a listener answers."""
        kind = body.get("type")
        if kind == "event_callback":
            return await self._store_event(body)
        if kind == "app_rate_limited":
            RATE_LIMITED.inc()
            log.warning("slack_held_events_back")
            return BoltResponse(status=200)
        return None

    async def _store_event(self, body: Mapping[str, Any]) -> BoltResponse:
        """Answer 200 after the commit; 503 (in Socket Mode: nothing) makes Slack send it again."""
        self._enter()
        try:
            with INBOX_PUT_SECONDS.time():
                is_new = await self._store.put(_new_event(body, received_at=self._clock()))
        except Exception as error:  # noqa: BLE001 - Whatever keeps it from the disk, Slack must send it again.
            self._refused_at = self._clock()
            EVENTS_RECEIVED.labels("refused").inc()
            log_unknown(error, doing="store_event")
            return BoltResponse(status=503)
        finally:
            self._waiting -= 1
        EVENTS_RECEIVED.labels("stored" if is_new else "repeated").inc()
        self._wake.set()
        return BoltResponse(status=200)

    def _enter(self) -> None:
        self._waiting += 1
        if self._waiting > _CROWD:
            self._crowded_at = asyncio.get_running_loop().time()


def _new_event(body: Mapping[str, Any], *, received_at: datetime) -> NewEvent:
    return NewEvent(
        event_id=readable_event_id(body) or _fingerprint(body),
        workspace_id=(workspace_of(body) or "unknown")[:64],
        type=event_type(body),
        body=json.dumps(body),
        received_at=received_at,
    )


def _fingerprint(body: Mapping[str, Any]) -> str:
    """Return what stands in for an event id: the same body gets the same."""
    text = json.dumps(body, sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
