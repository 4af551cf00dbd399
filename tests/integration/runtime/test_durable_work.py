"""Workflows on real databases: asked for in a transaction, run once, remembered step by step."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot.errors import BotError, Transient
from bot.runtime.durable import BACKGROUND, TRAINING, Durable, Retry, WorkflowFailed, sleep, step
from storage.engine import Database

FAST = Retry(tries=3, first_pause=0.01, longest_pause=0.02)


class ShopClosed(BotError):
    code = "shop_closed"
    sentence = "The shop is closed."


@pytest.fixture
async def durable(database):
    durable = Durable(database, executor_id="replica-1")
    yield durable
    await durable.close()


async def _ask(database, durable, *args, workflow_id, name="story", **options):
    async with database.begin() as unit:
        await durable.enqueue(unit, name, *args, workflow_id=workflow_id, **options)


async def _ask_and_fail(database, durable):
    async with database.begin() as unit:
        await durable.enqueue(unit, "story", "lost", workflow_id="story:lost")
        raise ShopClosed


async def test_a_workflow_runs_on_the_loop_that_launched_it(database, durable):
    seen = []

    async def story(draft_id: str, number: int) -> None:
        seen.append((draft_id, number, asyncio.get_running_loop()))

    durable.workflow("story", story)
    await durable.launch()

    await _ask(database, durable, "d1", 7, workflow_id="story:d1")
    await durable.result("story:d1")

    assert seen == [("d1", 7, asyncio.get_running_loop())]


async def test_the_launch_waits_for_a_writer_without_holding_up_the_loop(database, durable):
    async def write_slowly():
        async with database.begin() as unit:
            await unit.replicas.beat("r1", now=datetime.now(UTC), version="1")
            writing.set()
            await launching.wait()
            await asyncio.sleep(0.2)

    writing, launching = asyncio.Event(), asyncio.Event()
    writer = asyncio.create_task(write_slowly())
    await writing.wait()
    launching.set()

    await asyncio.wait_for(durable.launch(), timeout=20)
    await writer

    assert durable.launched


async def test_a_process_launches_one_at_a_time(database, durable):
    second = Durable(database, executor_id="replica-2")
    await durable.launch()

    with pytest.raises(RuntimeError, match="one Durable"):
        await second.launch()
    await second.close()
    await durable.close()
    await second.launch()
    await second.close()


async def test_a_failed_launch_leaves_room_for_the_next(tmp_path, keyring, database, durable):
    nowhere = Database.connect(f"sqlite:///{tmp_path}/missing/folder.db", keyring=keyring)
    failing = Durable(nowhere, executor_id="replica-2")

    with pytest.raises(OperationalError):
        await failing.launch()
    await failing.close()
    await nowhere.close()
    await durable.launch()

    assert durable.launched


async def test_asking_twice_under_one_id_runs_once(database, durable):
    seen = []

    async def story(draft_id: str) -> None:
        seen.append(draft_id)

    durable.workflow("story", story)
    await durable.launch()

    await _ask(database, durable, "d1", workflow_id="story:d1")
    await _ask(database, durable, "d1", workflow_id="story:d1")
    await durable.result("story:d1")
    await _ask(database, durable, "d1", workflow_id="story:d1")
    await durable.wait_idle()

    assert seen == ["d1"]


async def test_a_rolled_back_transaction_asks_for_nothing(database, durable):
    seen = []

    async def story(draft_id: str) -> None:
        seen.append(draft_id)

    durable.workflow("story", story)
    await durable.launch()

    with pytest.raises(ShopClosed):
        await _ask_and_fail(database, durable)
    await _ask(database, durable, "kept", workflow_id="story:kept")
    await durable.wait_idle()

    assert seen == ["kept"]


async def test_work_asked_for_before_the_launch_is_done_after_it(database):
    command_line = Durable(database, executor_id="command-line")
    await command_line.ensure_tables()
    await _ask(database, command_line, "d1", workflow_id="story:d1", queue=BACKGROUND)
    await command_line.close()
    seen = []

    async def story(draft_id: str) -> None:
        seen.append(draft_id)

    server = Durable(database, executor_id="server")
    server.workflow("story", story)
    await server.launch()
    await server.result("story:d1")
    await server.close()

    assert seen == ["d1"]


async def test_many_workflows_ask_for_more_while_others_write(database, durable):
    finished = []

    async def note(number: int) -> int:
        async with database.begin() as unit:
            await unit.replicas.beat(f"r{number}", now=datetime.now(UTC), version="1")
            if number < 20:
                await durable.enqueue(unit, "story", number + 20, workflow_id=f"story:{number + 20}")
        return number

    async def story(number: int) -> None:
        finished.append(await step("note", note, number))

    durable.workflow("story", story)
    await durable.launch()

    for number in range(20):
        await _ask(database, durable, number, workflow_id=f"story:{number}")
    await durable.wait_idle()

    assert sorted(finished) == list(range(40))


async def test_a_step_is_tried_again_on_transient_errors_only(database, durable):
    tries = []

    async def flaky() -> str:
        tries.append("flaky")
        if len(tries) < 3:
            raise Transient
        return "ok"

    async def closed() -> None:
        tries.append("closed")
        raise ShopClosed

    async def story(_: str) -> None:
        tries.append(await step("flaky", flaky, retry=FAST))
        try:
            await step("closed", closed, retry=FAST)
        except ShopClosed as error:
            tries.append(error.sentence)

    durable.workflow("story", story)
    await durable.launch()

    await _ask(database, durable, "d1", workflow_id="story:d1")
    await durable.result("story:d1")

    assert tries == ["flaky", "flaky", "flaky", "ok", "closed", "The shop is closed."]


async def test_a_step_is_tried_again_when_the_database_was_away_for_a_moment(database, durable):
    tries = []

    async def flaky() -> str:
        tries.append("flaky")
        if len(tries) < 3:
            raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))
        return "ok"

    async def story(_: str) -> None:
        tries.append(await step("flaky", flaky, retry=FAST))

    durable.workflow("story", story)
    await durable.launch()

    await _ask(database, durable, "d1", workflow_id="story:d1")
    await durable.result("story:d1")

    assert tries == ["flaky", "flaky", "flaky", "ok"]


async def test_training_that_is_followed_for_hours_holds_up_no_digest(database, durable):
    seen, ended = [], asyncio.Event()

    async def follow(number: int) -> None:
        seen.append(number)
        await ended.wait()

    async def digest(week: str) -> None:
        seen.append(week)

    durable.workflow("follow", follow)
    durable.workflow("digest", digest)
    await durable.launch()

    for number in range(6):
        await _ask(database, durable, number, name="follow", workflow_id=f"follow:{number}", queue=TRAINING)
    await _ask(database, durable, "2026-W47", name="digest", workflow_id="digest", queue=BACKGROUND)
    await durable.result("digest")
    ended.set()
    await durable.wait_idle()

    assert sorted(map(str, seen)) == ["0", "1", "2", "2026-W47", "3", "4", "5"]


async def test_after_all_tries_the_transient_error_is_the_outcome(database, durable):
    async def down() -> None:
        raise Transient("Slack is away.", code="slack_away")

    async def story(_: str) -> None:
        await step("down", down, retry=FAST)

    durable.workflow("story", story)
    await durable.launch()

    await _ask(database, durable, "d1", workflow_id="story:d1")

    with pytest.raises(Transient) as caught:
        await durable.result("story:d1")
    assert (caught.value.code, caught.value.sentence) == ("slack_away", "Slack is away.")


async def test_an_unforeseen_error_leaves_no_text_behind(database, durable, caplog, capsys):
    async def story(_: str) -> None:
        raise ValueError("the secret plan")

    durable.workflow("story", story)
    await durable.launch()

    with caplog.at_level(logging.DEBUG):
        await _ask(database, durable, "d1", workflow_id="story:d1")
        with pytest.raises(WorkflowFailed, match="reference"):
            await durable.result("story:d1")

    printed = capsys.readouterr()
    logged = caplog.text + printed.out + printed.err
    assert "workflow_failed" in logged
    assert "the secret plan" not in logged


async def test_a_step_may_not_return_a_text(database, durable):
    async def draft() -> str:
        return "A long text. " * 40

    async def story(_: str) -> None:
        await step("draft", draft)

    durable.workflow("story", story)
    await durable.launch()

    await _ask(database, durable, "d1", workflow_id="story:d1")

    with pytest.raises(WorkflowFailed):
        await durable.result("story:d1")


async def test_history_is_pruned_in_batches(database, durable):
    async def story(_: int) -> None:
        await sleep(0.01)

    durable.workflow("story", story)
    await durable.launch()
    for number in range(5):
        await _ask(database, durable, number, workflow_id=f"story:{number}")
    await durable.wait_idle()

    kept = await durable.prune(finished_before=datetime.now(UTC) - timedelta(hours=1))
    pruned = await durable.prune(finished_before=datetime.now(UTC) + timedelta(hours=1), batch=2)

    assert (kept, pruned) == (0, 5)


async def test_closing_leaves_unfinished_work_to_the_next_process(database):
    begun, told = asyncio.Event(), []
    old = Durable(database, executor_id="old")
    old.workflow("story", _two_steps(told, second=_endless(begun)))
    await old.launch()
    await _ask(database, old, "d1", workflow_id="story:d1")
    await begun.wait()
    await old.close(grace=0.01)

    new = Durable(database, executor_id="new")
    new.workflow("story", _two_steps(told, second=_teller(told, "second")))
    await new.launch()
    resumed = await new.resume(executor_ids=["old"])
    await new.result("story:d1")
    await new.close()

    assert (resumed, told) == (1, ["first d1", "second d1"])


def _two_steps(told, *, second):
    async def story(name: str) -> None:
        await step("first", _teller(told, "first"), name)
        await step("second", second, name)

    return story


def _teller(told, number):
    async def tell(name: str) -> None:
        told.append(f"{number} {name}")

    return tell


def _endless(begun):
    async def wait_for_ever(_: str) -> None:
        begun.set()
        await asyncio.Event().wait()

    return wait_for_ever
