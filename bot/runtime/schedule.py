"""The clock: one small tick per replica that calls jobs, which only look at `next_at` columns and enqueue."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import BotError
from bot.logs import get_logger
from bot.runtime.local_time import BadTime, iso_week, next_cron, next_weekly
from bot.runtime.steps import where

__all__ = ["BadTime", "Schedule", "iso_week", "next_cron", "next_weekly"]

log = get_logger(__name__)
Job = Callable[[datetime], Awaitable[object]]


@dataclass(slots=True)
class _Entry:
    job: Job
    every: timedelta
    last_started: datetime | None = None
    task: asyncio.Task[None] | None = None

    def due(self, now: datetime) -> bool:
        if self.task is not None and not self.task.done():
            return False
        return self.last_started is None or now - self.last_started >= self.every


class Schedule:
    """Calls every registered job on each tick. A job that fails or hangs holds up no other, nor the next tick."""

    def __init__(self, *, tick_seconds: float, clock: Callable[[], datetime]) -> None:
        self._tick_seconds = tick_seconds
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._scheduler: AsyncIOScheduler | None = None
        self.failures: Counter[str] = Counter()

    def add(self, name: str, job: Job, *, every: timedelta = timedelta(0)) -> None:
        """Register a job, called with the time now, on every tick or at most once per `every`."""
        if name in self._entries:
            raise ValueError(f"The job {name} is registered twice.")
        self._entries[name] = _Entry(job, every)

    def start(self) -> None:
        """Tick on the running loop, from now on."""
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            self._on_tick,
            "interval",
            seconds=self._tick_seconds,
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,  # A tick that comes late still runs.
            coalesce=True,  # Ticks that were missed together are one.
            max_instances=1,
        )
        self._scheduler.start()

    async def tick(self, now: datetime) -> None:
        """Run the jobs that are due and wait for them."""
        await asyncio.gather(*self._start_due(now))

    async def close(self) -> None:
        """Stop ticking and cancel what runs: jobs only enqueue, so nothing is lost."""
        if self._scheduler is not None:
            self._scheduler.pause()
            # A tick that begins right now ends first: cancelled, it would be logged as an error.
            await asyncio.sleep(0)
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
            await asyncio.sleep(0)  # The shutdown itself is a callback on this loop.
        running = [entry.task for entry in self._entries.values() if entry.task and entry.task.cancel()]
        await asyncio.gather(*running, return_exceptions=True)

    async def _on_tick(self) -> None:
        self._start_due(self._clock())

    def _start_due(self, now: datetime) -> list[asyncio.Task[None]]:
        started = []
        for name, entry in self._entries.items():
            if entry.due(now):
                entry.last_started = now
                entry.task = asyncio.create_task(self._run(name, entry.job, now), name=f"job {name}")
                started.append(entry.task)
        return started

    async def _run(self, name: str, job: Job, now: datetime) -> None:
        try:
            await job(now)
        except Exception as error:  # noqa: BLE001 - one job's failure is not another's.
            self.failures[name] += 1
            code = error.code if isinstance(error, BotError) else type(error).__name__
            log.error("job_failed", job=name, error=code, where=where(error), failures=self.failures[name])  # noqa: TRY400 - see `where`
