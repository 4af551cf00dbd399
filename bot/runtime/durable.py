"""Durable work: the only wiring of DBOS.

A workflow is a plain async function of ids that reads like the story it tells. It is asked for in the
transaction of the row that wants it, runs on the asyncio loop of whichever replica takes it from its queue,
and is finished by another replica when that one dies (`bot.runtime.replicas`).
"""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, WorkflowHandleAsync, WorkflowStatus
from sqlalchemy import Connection

from bot.errors import BotError
from bot.logs import get_logger
from bot.runtime.doorbell import Doorbell
from bot.runtime.durable_engine import build_durable_engine
from bot.runtime.steps import DEFAULT_RETRY, Retry, StepFailed, new_reference, sleep, step, where
from storage.engine import Database
from storage.unit_of_work import UnitOfWork

__all__ = [
    "BACKGROUND",
    "DEFAULT_RETRY",
    "INTERACTIVE",
    "NOTES",
    "TRAINING",
    "Durable",
    "Retry",
    "StepFailed",
    "WorkflowFailed",
    "sleep",
    "step",
]

log = get_logger(__name__)
APPLICATION = "draftloop"
# The version of the workflows' shape, not of the source. DBOS only gives a workflow to a process of the
# same version, so this changes only when steps are reordered, and only after old work has drained.
WORKFLOW_VERSION = "1"
INTERACTIVE = "interactive"
NOTES = "notes"  # A flood of reactions brings one of questions, which must not take the places of drafts.
BACKGROUND = "background"
TRAINING = "training"  # Its workflows sleep for hours, and must not take the place of a digest.
# Whoever asks for work rings (`bot.runtime.doorbell`); the intervals are for work that another replica left.
_QUEUES: dict[str, dict[str, Any]] = {
    INTERACTIVE: {"polling_interval_sec": 1.0, "worker_concurrency": 16},
    NOTES: {"polling_interval_sec": 2.0, "worker_concurrency": 2},
    BACKGROUND: {"polling_interval_sec": 2.0, "worker_concurrency": 4},
    TRAINING: {"polling_interval_sec": 5.0, "worker_concurrency": 64},
}
_UNFINISHED = ["ENQUEUED", "DELAYED", "PENDING"]
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_IN_THIS_PROCESS = threading.Lock()  # DBOS is global: a second launch would silently join the first.
_THREADS = 24  # For DBOS' short database calls and the loop's `to_thread`; workflows hold none.


class WorkflowFailed(BotError):
    """A workflow ended in an error nobody foresaw; the log has the details under the reference."""

    code = "workflow_failed"


class Durable:
    """Runs workflows that survive the death of a process.

    One process launches at most one at a time (DBOS is global); any number may enqueue.
    """

    def __init__(self, database: Database, *, executor_id: str, version: str = WORKFLOW_VERSION) -> None:
        """Prepare; nothing connects before the first use.

        Args:
            database: whose file or server also holds DBOS' tables.
            executor_id: unique for this process; workflows it runs are marked with it.
            version: see `WORKFLOW_VERSION`.
        """
        self._executor_id = executor_id
        self._version = version
        self._engine = build_durable_engine(database.sync_url)
        self._client = DBOSClient(
            system_database_engine=self._engine,
            dbos_system_schema="dbos",
            application_name=APPLICATION,
            lazy=True,
        )
        self._functions: dict[str, Callable[..., Awaitable[None]]] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._doorbell = Doorbell()
        self._next_ring: asyncio.TimerHandle | None = None
        self._launched = False
        self._closing = False

    @property
    def launched(self) -> bool:
        """Whether this process takes work from the queues."""
        return self._launched and not self._closing

    def workflow(self, name: str, function: Callable[..., Awaitable[None]]) -> None:
        """Register a workflow by name, before `launch`. Its arguments are ids (strings or integers)."""
        if self._launched or name in self._functions:
            raise ValueError(f"The workflow {name} comes too late or twice.")
        self._functions[name] = function

    async def ensure_tables(self) -> None:
        """Create or migrate DBOS' tables and the queues; harmless when they are there."""
        await asyncio.to_thread(self._migrate)

    def _migrate(self) -> None:
        # The client's own migration takes our engine; the public one would open two more.
        self._client._sys_db.run_migrations()  # noqa: SLF001 - DBOS is pinned exactly.
        for name, limits in _QUEUES.items():
            self._client.register_queue(name, **limits)

    async def enqueue(
        self,
        unit: UnitOfWork,
        name: str,
        *args: str | int,
        workflow_id: str,
        queue: str = INTERACTIVE,
    ) -> None:
        """Ask for a workflow in the caller's transaction: it exists if and only if that commits.

        The same `workflow_id` twice is one workflow, for as long as its history is kept.
        """
        options: EnqueueOptions = {"workflow_name": name, "queue_name": queue, "workflow_id": workflow_id}

        def insert(connection: Connection) -> None:
            self._client.enqueue_in_transaction(connection, options, *args)

        await unit.run_sync(insert)
        unit.when_committed(self._ring_soon)

    def _ring_soon(self) -> None:
        """Let the queues look, once for all that is asked for in the same moment."""
        if self._launched and not self._closing and self._next_ring is None:
            loop = asyncio.get_running_loop()
            self._next_ring = loop.call_later(self._doorbell.next_ring(), self._ring)

    def _ring(self) -> None:
        self._next_ring = None
        self._doorbell.ring()

    async def launch(self) -> None:
        """Take work from the queues; workflows run on the loop that calls this."""
        if not _IN_THIS_PROCESS.acquire(blocking=False):
            raise RuntimeError("Only one Durable at a time can be launched in a process.")
        try:
            await self._launch()
        except BaseException:
            _IN_THIS_PROCESS.release()
            raise

    async def _launch(self) -> None:
        _send_logs_through_ours()
        await self.ensure_tables()
        for name, function in self._functions.items():
            DBOS.workflow(name=name)(self._guarded(name, function))
        try:
            await self._start_dbos()
        except BaseException:
            await _destroy_dbos()
            raise
        self._launched = True

    async def _start_dbos(self) -> None:
        # DBOS would launch on the loop itself and block it, for as long as a writer on this loop holds the
        # database. From a thread it does not see our loop, so it is told before.
        self._doorbell.hang()
        DBOS(config=self._config())._background_event_loop.set_main_loop()  # noqa: SLF001 - pinned exactly.
        await asyncio.to_thread(DBOS.launch)

    def _config(self) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "application_version": self._version,
            "executor_id": self._executor_id,
            "system_database_engine": self._engine,
            "dbos_system_schema": "dbos",
            "max_executor_threads": _THREADS,
            "log_level": "WARNING",
            "enable_otlp": False,
            # We send no DBOS messages between workflows; the listener would cost a connection and triggers.
            "use_listen_notify": False,
            # It sleeps in these steps and looks into empty memory between them; a stop waits for one step.
            "notification_listener_polling_interval_sec": 0.5,
            "scheduler_polling_interval_sec": 3600.0,  # Its scheduler is not used.
        }

    def _guarded(self, name: str, function: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """Wrap a workflow: followed while it runs, and no error's text is stored or logged."""

        async def run(*args: str | int) -> None:
            if self._closing or (task := asyncio.current_task()) is None:
                raise asyncio.CancelledError
            self._running.add(task)
            try:
                await function(*args)
            except Exception as error:  # noqa: BLE001 - the boundary of a workflow.
                raise _failure(name, error) from None
            finally:
                self._running.discard(task)
                self._ring_soon()  # A place on its queue is free.

        return run

    async def result(self, workflow_id: str, *, timeout: float = 30.0) -> None:  # noqa: ASYNC109 - for callers
        """Wait until a workflow ended.

        Raises:
            BotError: it ended in that error.
            TimeoutError: it did not end in time.
        """
        async with asyncio.timeout(timeout):
            handle: WorkflowHandleAsync[None] = await self._client.retrieve_workflow_async(workflow_id)
            await handle.get_result(polling_interval_sec=0.05)

    async def wait_idle(self, *, timeout: float = 30.0) -> None:  # noqa: ASYNC109 - for callers
        """Wait until no workflow is waiting or running anywhere.

        Raises:
            TimeoutError: work was left after `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while await self._list(status=_UNFINISHED, limit=1):
            if time.monotonic() > deadline:
                raise TimeoutError("Durable work was still under way.")
            await asyncio.sleep(0.05)

    async def _list(self, **filters: Any) -> list[WorkflowStatus]:
        return await self._client.list_workflows_async(load_input=False, load_output=False, **filters)

    async def executors_at_work(self) -> set[str]:
        """Return the ids of the processes that workflows are marked as running on."""
        return {status.executor_id for status in await self._list(status="PENDING") if status.executor_id}

    async def resume(self, *, executor_ids: Sequence[str]) -> int:
        """Put the unfinished workflows of dead processes back on their queues; return how many.

        They go on behind their last finished step. The caller makes sure that nobody else resumes the same.
        """
        if not executor_ids:
            return 0
        stranded = await self._list(status="PENDING", executor_id=list(executor_ids))
        for queue in {status.queue_name or INTERACTIVE for status in stranded}:
            ids = [status.workflow_id for status in stranded if (status.queue_name or INTERACTIVE) == queue]
            await self._client.resume_workflows_async(ids, queue_name=queue)
        self._ring_soon()
        return len(stranded)

    async def prune(self, *, finished_before: datetime, batch: int = 500) -> int:
        """Forget workflows that ended before a time; return how many. Their ids may then be used anew."""
        forgotten = 0
        while done := await self._list(
            status=_FINISHED, completed_before=finished_before.isoformat(), limit=batch
        ):
            await self._client.delete_workflows_async([status.workflow_id for status in done])
            forgotten += len(done)
        return forgotten

    async def close(self, *, grace: float = 5.0) -> None:
        """Stop taking work, wait `grace` seconds for what runs, leave the rest to another replica."""
        self._closing = True
        if self._next_ring is not None:
            self._next_ring.cancel()
        if self._launched:
            await self._drain(grace)
            await _destroy_dbos()
            _IN_THIS_PROCESS.release()
        self._client.destroy()
        self._engine.dispose()
        self._launched = False

    async def _drain(self, grace: float) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        stopped = [task for task in self._running if task.cancel()]
        await asyncio.gather(*stopped, return_exceptions=True)


def _failure(name: str, error: Exception) -> BotError:
    """Log a workflow's failure and return what may be stored of it."""
    reference = new_reference()
    log.error(
        "workflow_failed",
        workflow=name,
        workflow_id=DBOS.workflow_id,
        reference=reference,
        error=type(error).__name__,
        code=getattr(error, "code", None),
        where=where(error),
    )
    if isinstance(error, BotError):
        return error
    return WorkflowFailed(f"Something went wrong on our side (reference {reference}).")


def _send_logs_through_ours() -> None:
    """DBOS writes to a console handler of its own unless it finds one; ours redacts."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = True


async def _destroy_dbos() -> None:
    """Stop DBOS from a thread of its own: its threads may be waiting for this very loop."""
    loop, logger = asyncio.get_running_loop(), logging.getLogger("dbos")
    # What its queues claim in this moment stays for another replica; DBOS would log a traceback for each.
    logger.disabled = True
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="durable-close") as thread:
        await loop.run_in_executor(thread, lambda: DBOS.destroy(destroy_registry=True))
    logger.disabled = False
    # DBOS made its executor the loop's default one and has just closed it.
    loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
