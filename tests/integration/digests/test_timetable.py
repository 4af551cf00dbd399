from datetime import UTC, datetime

import pytest

from bot.digests.timetable import SlotUnclear, Timetable
from bot.runtime.schedule import BadTime
from storage.repositories import NotFound

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WHERE = {"channel_id": "C1"}


@pytest.fixture
def timetable(database):
    return Timetable(database, clock=lambda: MONDAY)


async def channel_of(database):
    async with database.read() as unit:
        return await unit.channels.get("T1", channel_id="C1")


async def test_a_channel_gets_its_digest_on_friday_at_three_unless_told_otherwise(timetable):
    slot = await timetable.slot("T1", **WHERE)

    assert slot.local == "Friday 27 November, 15:00"


async def test_a_slot_is_set_in_the_workspaces_local_time(timetable, database):
    await timetable.set_timezone("T1", name="America/New_York", user_id="U1")

    slot = await timetable.set_digest("T1", **WHERE, words="Tuesday 9:30", user_id="U1")

    assert slot.next_at == datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    assert slot.local == "Tuesday 24 November, 09:30"


async def test_a_digest_is_switched_off_and_on_again_at_the_same_slot(timetable, database):
    await timetable.set_digest("T1", **WHERE, words="tue 09:30", user_id="U1")

    off = await timetable.set_digest("T1", **WHERE, words="off", user_id="U1")
    on = await timetable.set_digest("T1", **WHERE, words="on", user_id="U1")

    assert (off.local, on.local) == (None, "Tuesday 24 November, 09:30")


@pytest.mark.parametrize("words", ["someday", "friday", "friday 15:00 sharp", ""])
async def test_words_that_name_no_slot_change_nothing(timetable, database, words):
    with pytest.raises(SlotUnclear):
        await timetable.set_digest("T1", **WHERE, words=words, user_id="U1")

    with pytest.raises(NotFound):
        await channel_of(database)


@pytest.mark.parametrize("words", ["friday 25:00", "doomsday 15:00"])
async def test_a_time_that_cannot_be_read_is_said_kindly(timetable, words):
    with pytest.raises(BadTime):
        await timetable.set_digest("T1", **WHERE, words=words, user_id="U1")


async def test_another_time_zone_moves_what_is_planned(timetable, database):
    await timetable.slot("T1", **WHERE)

    await timetable.set_timezone("T1", name="Asia/Tokyo", user_id="U1")

    assert (await channel_of(database)).next_digest_at == datetime(2026, 11, 27, 6, 0, tzinfo=UTC)


async def test_a_time_zone_that_is_none_is_refused(timetable):
    with pytest.raises(BadTime, match="Middle/Earth"):
        await timetable.set_timezone("T1", name="Middle/Earth", user_id="U1")


async def test_a_workspace_has_its_own_retraining_schedule_until_it_is_taken_back(timetable, database):
    planned = await timetable.set_retraining("T1", cron="0 2 * * sun", user_id="U1")
    taken_back = await timetable.set_retraining("T1", cron=None, user_id="U1")

    assert planned.local == "Sunday 29 November, 02:00"
    assert taken_back.local is None


async def test_every_change_is_in_the_audit_log(timetable, database):
    await timetable.set_timezone("T1", name="Asia/Tokyo", user_id="U1")
    await timetable.set_digest("T1", **WHERE, words="off", user_id="U2")

    async with database.read() as unit:
        entries = await unit.audit.of_workspace("T1")
    assert {(entry.action, entry.actor_id) for entry in entries} == {
        ("timezone.changed", "U1"),
        ("digest.scheduled", "U2"),
    }
