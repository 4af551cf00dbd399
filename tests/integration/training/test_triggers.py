import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.training.trainers.command import CommandTrainer
from bot.training.triggers import RetrainTriggers
from tests.factories import NOW
from tests.integration.training.conftest import TEAM

SCRIPT = Path(__file__).parents[2] / "fakes" / "trainer_script.py"
NIGHTLY = "0 2 * * *"


def open_idle_shop(open_shop, tmp_path):
    """A bot that asks for runs, whose workflows nobody works on."""
    trainer = CommandTrainer([sys.executable, str(SCRIPT), "succeed"], data_dir=tmp_path, timeout_seconds=30)
    return open_shop(trainer)


def build(shop, *, cron=None, threshold=5):
    return RetrainTriggers(shop.database, runs=shop.training.runs, cron=cron, threshold=threshold)


async def end(shop, state="succeeded"):
    """Let the run that is under way end."""
    for run in await shop.runs():
        if run.finished_at is None:
            async with shop.database.begin() as unit:
                await unit.runs.update(run.id, state=state, finished_at=shop.now)


async def test_a_schedule_asks_once_at_its_local_time(open_shop, tmp_path):
    shop = open_idle_shop(open_shop, tmp_path)
    await shop.open(timezone="Europe/Berlin", retrain_cron=NIGHTLY)
    triggers = build(shop)

    await triggers.tick(NOW)
    planned = (await shop.workspace()).next_retrain_at
    await triggers.tick(planned - timedelta(seconds=1))
    early = await shop.runs()
    await triggers.tick(planned)
    await triggers.tick(planned + timedelta(seconds=5))

    assert planned == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert early == []
    assert [(run.key, run.trigger) for run in await shop.runs()] == [("cron:2026-11-24T02:00", "cron")]
    assert (await shop.workspace()).next_retrain_at == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


async def test_a_bot_that_slept_through_its_time_asks_once_when_it_wakes(open_shop, tmp_path):
    shop = open_idle_shop(open_shop, tmp_path)
    await shop.open()
    triggers = build(shop, cron=NIGHTLY)
    await triggers.tick(NOW)

    await triggers.tick(NOW + timedelta(days=5))

    assert [run.key for run in await shop.runs()] == ["cron:2026-11-24T02:00"]
    assert (await shop.workspace()).next_retrain_at == datetime(2026, 11, 29, 2, 0, tzinfo=UTC)


async def test_two_replicas_at_the_same_moment_ask_once(open_shop, tmp_path):
    first, second = open_idle_shop(open_shop, tmp_path), open_idle_shop(open_shop, tmp_path)
    await first.open()
    await first.teach(5)
    await build(first, cron=NIGHTLY, threshold=100).tick(NOW)
    due = NOW + timedelta(days=1)

    await asyncio.gather(
        *(build(shop, cron=NIGHTLY, threshold=100).tick(due) for shop in (first, second) * 3)
    )
    scheduled = await first.runs()
    await end(first)
    first.now = second.now = due
    await first.teach(100)
    await asyncio.gather(*(build(shop, threshold=100).tick(due) for shop in (first, second) * 3))

    assert len(scheduled) == 1
    assert len(await first.runs()) == 2


async def test_a_schedule_nobody_can_read_harms_no_other_workspace(open_shop, tmp_path):
    shop = open_idle_shop(open_shop, tmp_path)
    await shop.open()
    async with shop.database.begin() as unit:
        broken = await unit.workspaces.ensure("T0BROKEN", now=NOW)
        broken.retrain_cron = "whenever"

    await build(shop, cron=NIGHTLY).tick(NOW)

    assert (await shop.workspace()).next_retrain_at is not None


async def test_enough_new_corrections_ask_and_the_count_begins_anew(open_shop, tmp_path):
    shop = open_idle_shop(open_shop, tmp_path)
    await shop.open()
    triggers = build(shop, threshold=5)

    counts = []
    for taught in (4, 1, 4, 0, 1, 7):
        shop.now += timedelta(minutes=1)
        await shop.teach(taught)
        await triggers.tick(shop.now)
        counts.append(len(await shop.runs()))
        shop.now += timedelta(seconds=1)
        await end(shop)

    assert counts == [0, 1, 1, 1, 2, 3]
    assert sorted(run.key for run in await shop.runs()) == ["threshold:10", "threshold:15", "threshold:5"]


async def test_corrections_ask_for_nothing_without_an_attestation_or_a_trainer(open_shop, tmp_path):
    unattested = open_idle_shop(open_shop, tmp_path)
    await unattested.open(attested=False)
    await unattested.teach(10)
    await build(unattested).tick(NOW)
    await unattested.open()
    untrained = open_shop(None)

    await build(untrained, cron=NIGHTLY).tick(NOW)

    assert await unattested.runs() == []


async def test_a_trigger_during_a_run_joins_it(open_shop, tmp_path):
    shop = open_idle_shop(open_shop, tmp_path)
    await shop.open(retrain_cron=NIGHTLY)
    await build(shop).tick(NOW)
    run_id = await shop.ask()

    await build(shop).tick(NOW + timedelta(days=1))

    assert [run.id for run in await shop.runs()] == [run_id]


async def test_a_scheduled_run_with_nothing_new_since_the_last_one_says_so(open_shop, tmp_path):
    shop = open_idle_shop(open_shop, tmp_path)
    await shop.open()
    await shop.teach(5)
    first = await shop.ask()
    await shop.training.following.freeze(first)
    await end(shop)
    again = await shop.training.runs.ask(TEAM, trigger="cron", key="cron:x")

    state = await shop.training.following.freeze(again.run_id)

    run = await shop.run(again.run_id)
    assert (state, run.failure) == ("short", "nothing_new")
