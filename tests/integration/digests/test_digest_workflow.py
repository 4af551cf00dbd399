"""The digest workflow on real durable work: posted once, with or without its chart, through repeats."""

from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

import pytest

from bot.digests.due import DigestSchedule
from bot.runtime.durable import Durable
from handlers.workflows import digest as workflow
from tests.factories import NOW

from .conftest import DAY

DUE = NOW - timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(workflow, "PAUSES", (0.01, 0.01))


@pytest.fixture
async def running(durable, digests):
    durable.workflow("digest", partial(workflow.run_digest, services=SimpleNamespace(digests=digests)))
    await durable.launch()
    return durable


@pytest.fixture
async def due_channel(story, general):
    """A channel with a week's drafts whose digest is due."""
    story.channel_id = general.id
    await story.begin(next_digest_at=DUE)
    for _ in range(3):
        draft = await story.draft(at=NOW - DAY)
        await story.likes("U0BEN", draft)
    return general


async def _digest(database, channel):
    async with database.read() as unit:
        (digest,) = await unit.digests.of_channel("T0SANDBOX", channel_id=channel.id)
    return digest


async def test_from_the_tick_to_the_message(database, schedule, running, sandbox, due_channel):
    await schedule.run_due(NOW)
    await running.wait_idle()

    (message,) = sandbox.messages(due_channel)
    assert "3 drafts this week, 3 judged: *100%" in message.text
    assert [block["type"] for block in message.blocks].count("image") == 1
    digest = await _digest(database, due_channel)
    assert (digest.state, digest.message_ts) == ("posted", message.ts)


async def test_two_replicas_and_many_ticks_post_one_digest(database, durable, running, sandbox, due_channel):
    other = Durable(database, executor_id="replica-2")
    for minutes in range(5):
        for one in (durable, other):
            await DigestSchedule(database, durable=one).run_due(NOW + timedelta(minutes=minutes))
    await running.wait_idle()
    await other.close()

    assert len(sandbox.messages(due_channel)) == 1


async def test_a_picture_that_is_not_ready_is_waited_for(schedule, running, sandbox, due_channel):
    sandbox.inject("chat.postMessage", "error", code="invalid_blocks")

    await schedule.run_due(NOW)
    await running.wait_idle()

    (message,) = sandbox.messages(due_channel)
    assert "image" in [block["type"] for block in message.blocks]


async def test_a_picture_that_never_gets_ready_is_left_out(schedule, running, sandbox, due_channel):
    sandbox.inject("chat.postMessage", "error", code="invalid_blocks", times=2)

    await schedule.run_due(NOW)
    await running.wait_idle()

    (message,) = sandbox.messages(due_channel)
    assert "image" not in [block["type"] for block in message.blocks]


async def test_an_answer_that_was_lost_does_not_post_twice(schedule, running, sandbox, due_channel):
    sandbox.inject("chat.postMessage", "drop_after")

    await schedule.run_due(NOW)
    await running.wait_idle()

    assert len(sandbox.messages(due_channel)) == 1


async def test_a_quiet_week_posts_nothing_and_is_noted(database, schedule, running, sandbox, story, general):
    story.channel_id = general.id
    await story.begin(next_digest_at=DUE)

    await schedule.run_due(NOW)
    await running.wait_idle()

    assert sandbox.messages(general) == []
    assert (await _digest(database, general)).state == "empty"


async def test_after_a_long_sleep_one_late_digest_comes(
    database, schedule, running, sandbox, story, due_channel
):
    await story.begin(next_digest_at=datetime(2026, 10, 2, 13, tzinfo=UTC))
    await story.draft(at=NOW - 4 * DAY)

    await schedule.run_due(NOW)
    await running.wait_idle()

    (message,) = sandbox.messages(due_channel)
    assert "This digest is late: it was due 20 Nov" in message.text
    assert (await _digest(database, due_channel)).period == "2026-W47"
