import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import BotError
from bot.runtime.schedule import Schedule

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture
async def schedule():
    schedule = Schedule(tick_seconds=0.02, clock=lambda: NOW)
    yield schedule
    await schedule.close()


async def test_every_job_is_called_with_the_time_of_the_tick(schedule):
    told = []

    async def one(now):
        told.append(("one", now))

    async def two(now):
        told.append(("two", now))

    schedule.add("one", one)
    schedule.add("two", two)
    await schedule.tick(NOW)

    assert told == [("one", NOW), ("two", NOW)]


async def test_a_failing_job_is_counted_and_holds_up_no_other(schedule):
    told = []

    async def breaks(_):
        raise BotError("Not today.", code="not_today")

    async def works(now):
        told.append(now)

    schedule.add("breaks", breaks)
    schedule.add("works", works)
    await schedule.tick(NOW)
    await schedule.tick(NOW)

    assert (told, schedule.failures) == ([NOW, NOW], {"breaks": 2})


async def test_a_job_that_hangs_holds_up_neither_the_others_nor_the_next_tick(schedule):
    told, hung = asyncio.Queue(), []

    async def hangs(_):
        hung.append(1)
        await asyncio.Event().wait()

    async def works(now):
        told.put_nowait(now)

    schedule.add("hangs", hangs)
    schedule.add("works", works)
    schedule.start()
    async with asyncio.timeout(10):
        times = [await told.get() for _ in range(3)]

    assert (times, hung) == ([NOW] * 3, [1])


async def test_a_job_may_be_called_more_rarely_than_the_tick(schedule):
    told = []

    async def prune(now):
        told.append(now)

    schedule.add("prune", prune, every=timedelta(days=1))
    for hours in (0, 1, 23, 24, 25, 48):
        await schedule.tick(NOW + timedelta(hours=hours))

    assert told == [NOW, NOW + timedelta(days=1), NOW + timedelta(days=2)]


def test_two_jobs_may_not_share_a_name():
    async def job(_):
        pass

    schedule = Schedule(tick_seconds=1, clock=lambda: NOW)
    schedule.add("job", job)

    with pytest.raises(ValueError, match="twice"):
        schedule.add("job", job)


async def test_closing_ends_what_runs_and_what_would(schedule):
    begun, ended = asyncio.Event(), []

    async def hangs(_):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(1)

    schedule.add("hangs", hangs)
    schedule.start()
    await asyncio.wait_for(begun.wait(), 10)
    await schedule.close()

    assert ended == [1]
