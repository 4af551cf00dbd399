"""Queues that look when somebody rings: with intervals of an hour, only the bell can make them."""

import asyncio

import pytest

from bot.errors import BotError
from bot.runtime import durable as wiring
from bot.runtime.durable import BACKGROUND, INTERACTIVE, NOTES, TRAINING, Durable

AN_HOUR = 3600.0


class ShopClosed(BotError):
    code = "shop_closed"
    sentence = "The shop is closed."


@pytest.fixture
async def rarely_looking(database, monkeypatch):
    for name in (INTERACTIVE, NOTES, BACKGROUND, TRAINING):
        monkeypatch.setitem(wiring._QUEUES[name], "polling_interval_sec", AN_HOUR)
    monkeypatch.setitem(wiring._QUEUES[NOTES], "worker_concurrency", 1)
    durable = Durable(database, executor_id="replica-1")
    yield durable
    await durable.close()


async def _ask(database, durable, *args, queue=INTERACTIVE):
    async with database.begin() as unit:
        await durable.enqueue(unit, "story", *args, workflow_id=f"story:{args[0]}", queue=queue)


async def _fail_after_asking_to_be_told(database, told):
    async with database.begin() as unit:
        unit.when_committed(lambda: told.append("failed"))
        raise ShopClosed


@pytest.mark.parametrize("queue", [INTERACTIVE, NOTES, BACKGROUND, TRAINING])
async def test_committed_work_starts_without_waiting_for_the_next_look(database, rarely_looking, queue):
    seen = []

    async def story(draft_id: str) -> None:
        seen.append(draft_id)

    rarely_looking.workflow("story", story)
    await rarely_looking.launch()

    await _ask(database, rarely_looking, "d1", queue=queue)
    await rarely_looking.result("story:d1")

    assert seen == ["d1"]


async def test_each_end_lets_the_next_in_where_a_queue_takes_one_at_a_time(database, rarely_looking):
    seen = []

    async def story(draft_id: str) -> None:
        seen.append(draft_id)
        await asyncio.sleep(0)

    rarely_looking.workflow("story", story)
    await rarely_looking.launch()

    for number in range(4):
        await _ask(database, rarely_looking, f"d{number}", queue=NOTES)
    await rarely_looking.wait_idle()

    assert sorted(seen) == ["d0", "d1", "d2", "d3"]


async def test_what_was_asked_for_in_a_transaction_that_failed_is_never_told(database):
    told = []

    with pytest.raises(ShopClosed):
        await _fail_after_asking_to_be_told(database, told)
    async with database.begin() as unit:
        unit.when_committed(lambda: told.append("committed"))
        before = list(told)

    assert (before, told) == ([], ["committed"])
