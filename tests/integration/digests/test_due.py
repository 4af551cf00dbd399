"""Every digest is asked for exactly once, whatever the clock and the replicas do."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.digests.due import DigestSchedule
from bot.runtime.durable import Durable
from storage.models import Digest
from tests.factories import NOW, make_channel

FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # 15:00 in Berlin
WEEK = timedelta(days=7)
BERLIN = ZoneInfo("Europe/Berlin")


async def _channel(database, channel_id="C0GENERAL"):
    async with database.read() as unit:
        return await unit.channels.get("T0SANDBOX", channel_id=channel_id)


async def _digests(database, channel_id="C0GENERAL") -> list[Digest]:
    async with database.read() as unit:
        return await unit.digests.of_channel("T0SANDBOX", channel_id=channel_id)


@pytest.fixture
async def asked(durable):
    """The arguments of every digest workflow that ran."""
    seen = []

    async def digest(workspace_id: str, channel_id: str, period: str) -> None:
        seen.append((workspace_id, channel_id, period))

    durable.workflow("digest", digest)
    await durable.launch()
    return seen


async def test_a_due_digest_is_asked_for_once_and_the_next_one_planned(
    database, story, schedule, durable, asked
):
    await story.begin(next_digest_at=FRIDAY)

    first = await schedule.run_due(FRIDAY)
    second = await schedule.run_due(FRIDAY + timedelta(seconds=5))
    await durable.wait_idle()

    assert (first, second) == (1, 0)
    assert asked == [("T0SANDBOX", "C0GENERAL", "2026-W47")]
    assert (await _channel(database)).next_digest_at == FRIDAY + WEEK


async def test_before_its_time_nothing_is_asked_for(database, story, schedule):
    await story.begin(next_digest_at=FRIDAY)

    assert await schedule.run_due(FRIDAY - timedelta(seconds=1)) == 0
    assert await _digests(database) == []


async def test_two_replicas_ask_once(database, story, durable, asked):
    await story.begin(next_digest_at=FRIDAY)
    other = Durable(database, executor_id="replica-2")
    replicas = [DigestSchedule(database, durable=one) for one in (durable, other)]

    counts = await asyncio.gather(*(replica.run_due(FRIDAY) for replica in replicas * 3))
    await durable.wait_idle()
    await other.close()

    assert sum(counts) == 1
    assert asked == [("T0SANDBOX", "C0GENERAL", "2026-W47")]
    assert len(await _digests(database)) == 1


async def test_of_missed_weeks_only_the_latest_is_sent_and_marked_late(database, story, schedule):
    await story.begin(next_digest_at=FRIDAY - 5 * WEEK)

    await schedule.run_due(NOW)

    (digest,) = await _digests(database)
    assert (digest.period, digest.due_at, digest.late) == ("2026-W47", FRIDAY, True)
    assert (await _channel(database)).next_digest_at == FRIDAY + WEEK


async def test_a_short_delay_is_not_late(database, story, schedule):
    await story.begin(next_digest_at=FRIDAY)

    await schedule.run_due(FRIDAY + timedelta(minutes=119))

    assert [digest.late for digest in await _digests(database)] == [False]


async def test_the_hour_that_comes_twice_gives_one_digest(database, story, schedule):
    first_pass = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Berlin, and again an hour later
    await story.begin(digest_weekday="sun", digest_time="02:30", next_digest_at=first_pass)

    for minutes in range(0, 180, 10):
        await schedule.run_due(first_pass + timedelta(minutes=minutes))

    assert [digest.period for digest in await _digests(database)] == ["2026-W43"]
    assert (await _channel(database)).next_digest_at == datetime(2026, 11, 1, 1, 30, tzinfo=UTC)


async def test_a_year_of_ticks_gives_one_digest_a_week_at_the_same_local_time(database, story, schedule):
    await story.begin(next_digest_at=FRIDAY)

    for weeks in range(53):
        for hours in (0, 1, 2):
            await schedule.run_due(FRIDAY + weeks * WEEK + timedelta(hours=hours))

    async with database.read() as unit:
        sent = await unit.digests.of_channel("T0SANDBOX", channel_id="C0GENERAL", limit=100)
    assert len({digest.period for digest in sent}) == len(sent) == 53
    assert {digest.due_at.astimezone(BERLIN).strftime("%a %H:%M") for digest in sent} == {"Fri 15:00"}


async def test_a_clock_that_goes_back_repeats_nothing(database, story, schedule):
    await story.begin(next_digest_at=FRIDAY)

    await schedule.run_due(FRIDAY + timedelta(minutes=1))
    await schedule.run_due(FRIDAY - timedelta(days=30))
    await schedule.run_due(FRIDAY + timedelta(minutes=2))

    assert len(await _digests(database)) == 1


async def test_a_digest_moved_to_later_in_the_week_is_not_sent_a_second_time(database, story, schedule):
    await story.begin(digest_weekday="mon", next_digest_at=FRIDAY - timedelta(days=4))
    await schedule.run_due(FRIDAY - timedelta(days=4))
    await story.begin(digest_weekday="fri", next_digest_at=FRIDAY)

    asked = await schedule.run_due(FRIDAY)

    assert asked == 0
    assert (await _channel(database)).next_digest_at == FRIDAY + WEEK


@pytest.mark.parametrize("columns", [{"digest_enabled": False}, {"archived": True}])
async def test_a_channel_that_wants_none_gets_none(database, story, schedule, columns):
    await story.begin(next_digest_at=FRIDAY, **columns)

    assert await schedule.run_due(NOW) == 0
    assert await _digests(database) == []


async def test_a_channel_with_drafts_and_no_plan_is_planned(database, story, schedule):
    await story.begin()
    await story.draft()
    async with database.begin() as unit:
        await make_channel(unit, "C0QUIET", workspace_id="T0SANDBOX")

    await schedule.run_due(NOW)

    assert (await _channel(database)).next_digest_at == FRIDAY + WEEK
    assert (await _channel(database, "C0QUIET")).next_digest_at is None


async def test_a_channel_with_a_broken_setting_holds_up_no_other(database, story, schedule):
    await story.begin(next_digest_at=FRIDAY - WEEK, digest_time="noon")
    async with database.begin() as unit:
        await make_channel(unit, "C0OTHER", workspace_id="T0SANDBOX", next_digest_at=FRIDAY)

    asked = await schedule.run_due(FRIDAY)

    assert asked == 1
    assert len(await _digests(database, "C0OTHER")) == 1


async def test_what_is_not_committed_is_not_asked_for(database, story, durable, asked, monkeypatch):
    await story.begin(next_digest_at=FRIDAY)
    schedule = DigestSchedule(database, durable=durable)

    async def dies(*_args, **_options):
        raise ConnectionError("the process dies here")

    with monkeypatch.context() as patch:
        patch.setattr(durable, "enqueue", dies)
        with pytest.raises(ConnectionError):
            await schedule.run_due(FRIDAY)
    await schedule.run_due(FRIDAY + timedelta(seconds=5))
    await durable.wait_idle()

    assert asked == [("T0SANDBOX", "C0GENERAL", "2026-W47")]
