from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.local_time import BadTime, find_zone, instant
from bot.runtime.schedule import iso_week, next_cron, next_weekly

ZONES = [
    "UTC",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Europe/Berlin",
    "Europe/London",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Africa/Casablanca",
]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("weekday", "clock", "tz", "after", "expected"),
    [
        ("fri", "15:00", "UTC", "2026-11-23 05:00", "2026-11-27 15:00"),
        ("fri", "15:00", "UTC", "2026-11-27 14:59:59", "2026-11-27 15:00"),
        ("fri", "15:00", "UTC", "2026-11-27 15:00", "2026-12-04 15:00"),
        ("Friday", "9:05", "Asia/Kathmandu", "2026-11-23 05:00", "2026-11-27 03:20"),
        ("mon", "00:30", "Pacific/Auckland", "2026-11-22 11:00", "2026-11-22 11:30"),
        # 02:30 is skipped on this Sunday: right after the gap.
        ("sun", "02:30", "America/New_York", "2026-03-02 12:00", "2026-03-08 07:00"),
        ("sun", "02:30", "America/New_York", "2026-03-08 07:00", "2026-03-15 06:30"),
        ("sun", "02:15", "Australia/Lord_Howe", "2026-09-29 00:00", "2026-10-03 15:30"),
        # 01:30 happens twice on this Sunday: the first time only.
        ("sun", "01:30", "America/New_York", "2026-10-26 12:00", "2026-11-01 05:30"),
        ("sun", "01:30", "America/New_York", "2026-11-01 05:30", "2026-11-08 06:30"),
        ("sun", "02:30", "Europe/Berlin", "2026-10-20 00:00", "2026-10-25 00:30"),
        # A Friday that a country skipped whole.
        ("fri", "15:00", "Pacific/Apia", "2011-12-29 06:00", "2011-12-30 10:00"),
    ],
)
def test_the_next_weekly_slot(weekday, clock, tz, after, expected):
    assert next_weekly(weekday, clock, tz=tz, after=_utc(after)) == _utc(expected)


@pytest.mark.parametrize(
    ("line", "tz", "after", "expected"),
    [
        ("0 2 * * mon-fri", "UTC", "2026-11-27 03:00", "2026-11-30 02:00"),
        ("0 9 * * 1", "UTC", "2026-11-23 10:00", "2026-11-30 09:00"),  # cron's Monday
        ("0 9 * * 0", "UTC", "2026-11-23 10:00", "2026-11-29 09:00"),
        ("0 9 * * 7", "UTC", "2026-11-23 10:00", "2026-11-29 09:00"),
        ("0 9 * * 5-7", "UTC", "2026-11-28 10:00", "2026-11-29 09:00"),
        ("0 9 * * FRI-MON", "UTC", "2026-11-29 10:00", "2026-11-30 09:00"),
        ("0 9 * * 1-5/2", "UTC", "2026-11-23 10:00", "2026-11-25 09:00"),
        ("0 9 * * */2", "UTC", "2026-11-23 10:00", "2026-11-24 09:00"),
        ("0 9 * * sun,3", "UTC", "2026-11-23 10:00", "2026-11-25 09:00"),
        ("0 0 1 * mon", "UTC", "2026-11-23 10:00", "2026-11-30 00:00"),  # the 1st or a Monday
        ("0 0 1 * mon", "UTC", "2026-11-30 10:00", "2026-12-01 00:00"),
        ("0 0 29 2 *", "UTC", "2026-11-30 10:00", "2028-02-29 00:00"),
        ("*/15 * * jan *", "UTC", "2026-11-30 10:00", "2027-01-01 00:00"),
        ("30 2 * * *", "America/New_York", "2026-03-07 12:00", "2026-03-08 07:00"),
        ("*/10 2 * * *", "America/New_York", "2026-03-08 07:00", "2026-03-09 06:00"),
        ("30 1 * * *", "America/New_York", "2026-11-01 04:00", "2026-11-01 05:30"),
        ("30 1 * * *", "America/New_York", "2026-11-01 05:30", "2026-11-02 06:30"),
        ("*/30 * * * *", "America/New_York", "2026-11-01 06:10", "2026-11-01 07:00"),
    ],
)
def test_the_next_time_of_a_cron_line(line, tz, after, expected):
    assert next_cron(line, tz=tz, after=_utc(after)) == _utc(expected)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "0 2 * *",
        "0 2 * * * *",
        "61 * * * *",
        "0 2 * * 8",
        "0 2 * * xyz",
        "0 2 * * mon-",
        "@daily",
        "0 2 30 2 *",
        "0 2 * foo *",
        "0 2 L * *",
    ],
)
def test_a_cron_line_that_cannot_be_is_told_in_a_sentence(line):
    with pytest.raises(BadTime) as caught:
        next_cron(line, tz="UTC", after=_utc("2026-11-23 05:00"))
    assert caught.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("weekday", "clock", "tz"),
    [
        ("nonday", "15:00", "UTC"),
        ("fri", "25:00", "UTC"),
        ("fri", "15", "UTC"),
        ("fri", "15:00", "Mars/Olympus"),
        ("fri", "15:00", "../etc/passwd"),
        ("fri", "15:00", ""),
    ],
)
def test_a_slot_that_cannot_be_is_told_in_a_sentence(weekday, clock, tz):
    with pytest.raises(BadTime):
        next_weekly(weekday, clock, tz=tz, after=_utc("2026-11-23 05:00"))


def test_a_zone_may_be_written_in_any_case():
    assert find_zone("europe/BERLIN").key == "Europe/Berlin"


@pytest.mark.parametrize(
    ("now", "tz", "week"),
    [
        ("2026-11-23 05:00", "UTC", "2026-W48"),
        ("2026-11-23 05:00", "America/Los_Angeles", "2026-W47"),
        ("2027-01-01 12:00", "UTC", "2026-W53"),
        ("2024-12-30 12:00", "UTC", "2025-W01"),
        ("2026-11-22 12:00", "Pacific/Auckland", "2026-W48"),
    ],
)
def test_the_local_iso_week(now, tz, week):
    assert iso_week(_utc(now), tz=tz) == week


MOMENTS = st.datetimes(min_value=datetime(2000, 1, 8), max_value=datetime(2037, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)
CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 29, 30, 45, 59]))


@given(MOMENTS, st.sampled_from(WEEKDAYS), CLOCKS, st.sampled_from(ZONES))
def test_a_weekly_slot_comes_once_in_every_local_week(after, weekday, clock, tz):
    times = [after]
    for _ in range(60):
        times.append(next_weekly(weekday, clock, tz=tz, after=times[-1]))

    weeks = [iso_week(moment, tz=tz) for moment in times[1:]]
    mondays = [datetime.fromisocalendar(int(week[:4]), int(week[-2:]), 1) for week in weeks]

    assert all(earlier < later for earlier, later in pairwise(times))
    assert {later - earlier for earlier, later in pairwise(mondays)} == {timedelta(days=7)}


@given(MOMENTS, st.integers(0, 59), st.integers(0, 23), st.sampled_from(ZONES))
def test_a_daily_cron_line_comes_once_on_every_local_day(after, minute, hour, tz):
    times = [after]
    for _ in range(40):
        times.append(next_cron(f"{minute} {hour} * * *", tz=tz, after=times[-1]))

    days = [moment.astimezone(ZoneInfo(tz)).date() for moment in times[1:]]

    assert all(earlier < later for earlier, later in pairwise(times))
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=1)}


@given(MOMENTS, st.sampled_from(ZONES))
def test_asking_a_moment_earlier_finds_the_same_time(after, tz):
    found = next_cron("*/20 * * * *", tz=tz, after=after)

    assert next_cron("*/20 * * * *", tz=tz, after=found - timedelta(microseconds=1)) == found


def test_a_local_time_that_exists_once_is_itself():
    wall = datetime(2026, 11, 23, 15, 0)  # noqa: DTZ001

    assert instant(wall, zone=ZoneInfo("Europe/Berlin")) == _utc("2026-11-23 14:00")
