"""The second half of the inbox: stored events reach the listeners, each until it is done or parked."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.errors import BotError, Transient
from bot.logs import get_logger
from bot.metrics import EVENTS_APPLIED, PROJECTION_LAG_SECONDS
from bot.slack.clients import NotInstalled
from handlers.authorize import TOKEN_REFUSED
from handlers.errors import log_unknown
from handlers.inbox.retries import RetryPolicy
from storage.inbox_store import InboxStore, StoredEvent

log = get_logger(__name__)

_FLUSH_SECONDS = 0.05
_STEP_ASIDE = 0.01
_PAUSE_AFTER_ERROR = 1.0


class ListenerTimeout(Transient):
    """A listener did not end in time."""

    code = "listener_timeout"


@dataclass(frozen=True)
class Pace:
    """How fast and how many at once.

    `poll_seconds` is the safety net behind `wake`. While a crowd of events waits for its answer to Slack, a worker
    steps aside for up to `courtesy_seconds` per event: an answer is due in 3 s, a listener is not.
    """

    poll_seconds: float = 1.0
    workers: int = 32
    batch: int = 128
    listener_seconds: float = 30
    courtesy_seconds: float = 0.5


class Projector:
    """Claims stored events in order, hands them to the Bolt app and notes what came of each.

    A few are handled at once; listeners are idempotent by event id, for a crash between handling and noting
    brings the same event again. `wake` is set by the intake; the poll finds what is due for another try.
    `is_crowded()` tells whether many events wait for their answer to Slack.
    """

    def __init__(
        self,
        store: InboxStore,
        *,
        app: AsyncApp,
        replica_id: str,
        wake: asyncio.Event,
        clock: Callable[[], datetime],
        is_crowded: Callable[[], bool] = bool,
        pace: Pace | None = None,
        retries: RetryPolicy | None = None,
    ) -> None:
        self._store = store
        self._app = app
        self._replica_id = replica_id
        self._wake = wake
        self._clock = clock
        self._is_crowded = is_crowded
        self._pace = pace or Pace()
        self._retries = retries or RetryPolicy()
        self._queue: asyncio.Queue[StoredEvent] = asyncio.Queue()
        self._low = asyncio.Event()
        self._finished: list[int] = []
        self._any_finished = asyncio.Event()
        self._feeder: asyncio.Task[None] | None = None
        self._others: list[asyncio.Task[None]] = []
        self._claims_work = True
        self._stopping = False

    @property
    def problem(self) -> str | None:
        """Why no event can be applied now, for the health check."""
        if self._feeder is None or any(task.done() for task in (self._feeder, *self._others)):
            return "the projector is not running"
        return None if self._claims_work else "the inbox cannot be read"

    async def start(self) -> None:
        """Begin to claim and to handle."""
        self._feeder = asyncio.create_task(self._repeat("claim_events", self._feed))
        self._others = [
            asyncio.create_task(self._repeat("note_done", self._flush_when_due)),
            *(
                asyncio.create_task(self._repeat("apply_event", self._work))
                for _ in range(self._pace.workers)
            ),
        ]

    async def stop(self, *, patience: float = 10) -> None:
        """Claim no more, finish what is claimed, note it."""
        self._stopping = True
        self._wake.set()
        self._low.set()
        try:
            async with asyncio.timeout(patience):
                await asyncio.gather(*filter(None, [self._feeder]))
                await self._queue.join()
        except TimeoutError:
            log.warning("projector_left_claims", events=self._queue.qsize())
        await _cancel(self._others)
        await self._flush()
        await self._store.release(replica_id=self._replica_id)

    async def _repeat(self, name: str, turn: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Repeat `turn`; an error is logged and followed by a pause, for the next turn may go well."""
        while not (self._stopping and turn == self._feed):
            try:
                await turn()
            except Exception as error:  # noqa: BLE001 - The projector outlives a database that is away.
                log_unknown(error, doing=name)
                await asyncio.sleep(_PAUSE_AFTER_ERROR)

    async def _feed(self) -> None:
        """Claim the next events when there is room, or wait until there is something to claim."""
        self._wake.clear()
        batch = await self._claim()
        for event in batch:
            self._queue.put_nowait(event)
        if len(batch) < self._pace.batch:
            await _either(self._wake, self._pace.poll_seconds)
        if self._queue.qsize() > self._pace.workers and not self._stopping:
            self._low.clear()
            await self._low.wait()

    async def _claim(self) -> list[StoredEvent]:
        try:
            batch = await self._store.claim(
                replica_id=self._replica_id, now=self._clock(), limit=self._pace.batch
            )
        except Exception:
            self._claims_work = False
            raise
        self._claims_work = True
        return batch

    async def _work(self) -> None:
        event = await self._queue.get()
        try:
            await self._let_answers_pass()
            await self._apply(event)
        finally:
            self._queue.task_done()
            if self._queue.qsize() <= self._pace.workers:
                self._low.set()

    async def _let_answers_pass(self) -> None:
        steps = int(self._pace.courtesy_seconds / _STEP_ASIDE)
        while steps and self._is_crowded():
            steps -= 1
            await asyncio.sleep(_STEP_ASIDE)

    async def _apply(self, event: StoredEvent) -> None:
        failure = await self._dispatch(event)
        if failure is not None:
            await self._put_back(event, failure)
            return
        EVENTS_APPLIED.labels("done").inc()
        PROJECTION_LAG_SECONDS.observe((self._clock() - event.received_at).total_seconds())
        self._finished.append(event.sequence)
        self._any_finished.set()

    async def _dispatch(self, event: StoredEvent) -> Exception | None:
        """Run the listeners of an event; return what went wrong."""
        try:
            request = AsyncBoltRequest(
                body=json.loads(event.body), mode="socket_mode", context={"from_inbox": True}
            )
            async with asyncio.timeout(self._pace.listener_seconds):
                response = await self._app.async_dispatch(request)
        except TimeoutError:
            return ListenerTimeout()
        except Exception as error:  # noqa: BLE001 - One bad event must not stop the others.
            return error
        return _failure(request, response)

    async def _put_back(self, event: StoredEvent, failure: Exception) -> None:
        """Plan the next try, or park the event with its error's class and reference."""
        reference = failure.code if isinstance(failure, BotError) else log_unknown(failure, type=event.type)
        error = f"{type(failure).__name__} {reference}"[:255]
        pause = self._retries.pause(failure, failures=event.attempts)
        if pause is None:
            EVENTS_APPLIED.labels("parked").inc()
            log.error("event_parked", event_id=event.event_id, type=event.type, error=error)
            await self._store.park(event.sequence, error=error)
            return
        EVENTS_APPLIED.labels("retried").inc()
        log.warning("event_retried", event_id=event.event_id, type=event.type, error=error)
        await self._store.retry(event.sequence, error=error, next_try_at=self._clock() + pause)

    async def _flush_when_due(self) -> None:
        await self._any_finished.wait()
        await asyncio.sleep(_FLUSH_SECONDS)  # Many are noted with one commit.
        await self._flush()

    async def _flush(self) -> None:
        self._any_finished.clear()
        finished, self._finished = self._finished, []
        try:
            if finished:
                await self._store.done(finished)
        except BaseException:
            self._finished += finished
            self._any_finished.set()
            raise


def _failure(request: AsyncBoltRequest, response: BoltResponse) -> Exception | None:
    """Return what went wrong in a request that Bolt has answered."""
    failure: Exception | None = request.context.get("failure")
    if failure is None and response.status >= 400:
        return BotError(code=f"status_{response.status}")
    if failure is None and request.context.get(TOKEN_REFUSED):
        return NotInstalled()  # Bolt says sorry with a 200, but no listener ran.
    return failure


async def _either(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
