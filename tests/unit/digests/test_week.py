"""Which seven days a digest is about, through clock changes, year ends and moved settings."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.digests.week import UnknownWeek, Week, due_in_week, is_late, latest_due, name_of, next_due
from storage.models import Channel

BERLIN = "Europe/Berlin"


def make_channel(weekday="fri", time="15:00", next_digest_at=None):
    return Channel(digest_weekday=weekday, digest_time=time, next_digest_at=next_digest_at)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def make_week(until, timezone=BERLIN):
    return Week(workspace_id="T1", channel_id="C1", period="2026-W47", timezone=timezone, until=utc(until))


@pytest.mark.parametrize(
    ("timezone", "until", "since", "hours"),
    [
        (BERLIN, "2026-11-20T14:00", "2026-11-13T14:00", 168),
        (BERLIN, "2026-10-30T14:00", "2026-10-23T13:00", 169),  # clocks went back on the 25th
        (BERLIN, "2026-04-03T13:00", "2026-03-27T14:00", 167),  # clocks went forward on the 29th
        ("America/New_York", "2026-11-06T20:00", "2026-10-30T19:00", 169),
        ("Asia/Kolkata", "2026-11-20T09:30", "2026-11-13T09:30", 168),
        ("UTC", "2027-01-01T15:00", "2026-12-25T15:00", 168),
    ],
)
def test_a_week_is_seven_local_days(timezone, until, since, hours):
    week = make_week(until, timezone)

    assert week.since == utc(since)
    assert week.until - week.since == timedelta(hours=hours)


@pytest.mark.parametrize("timezone", [BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize(
    "until", ["2026-11-20T14:00", "2026-10-30T14:00", "2026-04-03T13:00", "2026-11-06T20:00"]
)
def test_weeks_meet_without_gap_or_overlap(timezone, until):
    week = make_week(until, timezone)
    earlier = Week(workspace_id="T1", channel_id="C1", period="x", timezone=timezone, until=week.since)

    assert week.start(weeks_ago=-1) == week.until
    assert [week.start(weeks_ago=ago + 1) for ago in range(8)] == [
        earlier.start(weeks_ago=ago) for ago in range(8)
    ]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-11-19T12:00", "2026-11-20T14:00"),
        ("2026-11-20T14:00", "2026-11-27T14:00"),
        ("2026-10-23T13:00", "2026-10-30T14:00"),  # the same wall-clock time after the clocks went back
        ("2026-03-27T14:00", "2026-04-03T13:00"),
    ],
)
def test_the_next_digest_keeps_its_local_time(after, expected):
    assert next_due(make_channel(), tz=BERLIN, after=utc(after)) == utc(expected)


@pytest.mark.parametrize(
    ("planned", "now", "expected"),
    [
        ("2026-11-20T14:00", "2026-11-20T14:00:03", "2026-11-20T14:00"),
        ("2026-11-20T14:00", "2026-11-23T09:00", "2026-11-20T14:00"),
        ("2026-10-09T13:00", "2026-11-23T09:00", "2026-11-20T14:00"),  # six missed: only the latest is told
    ],
)
def test_of_missed_weeks_the_latest_is_due(planned, now, expected):
    channel = make_channel(next_digest_at=utc(planned))

    assert latest_due(channel, tz=BERLIN, now=utc(now)) == utc(expected)


def test_a_digest_in_the_hour_that_comes_twice_is_due_once():
    channel = make_channel("sun", "02:30", next_digest_at=utc("2026-10-25T00:30"))

    first = latest_due(channel, tz=BERLIN, now=utc("2026-10-25T00:31"))
    second = latest_due(channel, tz=BERLIN, now=utc("2026-10-25T01:31"))

    assert first == second == utc("2026-10-25T00:30")
    assert next_due(channel, tz=BERLIN, after=utc("2026-10-25T01:31")) == utc("2026-11-01T01:30")


def test_a_digest_in_the_hour_that_is_skipped_comes_right_after_it():
    channel = make_channel("sun", "02:30")

    assert next_due(channel, tz=BERLIN, after=utc("2026-03-28T12:00")) == utc("2026-03-29T01:00")


@pytest.mark.parametrize(
    ("moment", "timezone", "expected"),
    [
        ("2026-11-20T14:00", BERLIN, "2026-W47"),
        ("2027-01-01T15:00", "UTC", "2026-W53"),
        ("2026-11-22T23:30", BERLIN, "2026-W48"),  # Monday already, there
        ("2026-11-23T02:00", "America/New_York", "2026-W47"),  # still Sunday, there
    ],
)
def test_a_week_is_named_by_the_local_iso_week(moment, timezone, expected):
    assert name_of(utc(moment), tz=timezone) == expected


@pytest.mark.parametrize(
    ("period", "weekday", "expected"),
    [
        ("2026-W47", "fri", "2026-11-20T14:00"),
        ("2026-W47", "mon", "2026-11-16T14:00"),
        ("2026-W47", "sun", "2026-11-22T14:00"),
        ("2026-W53", "fri", "2027-01-01T14:00"),
    ],
)
def test_a_named_week_has_one_digest_moment(period, weekday, expected):
    due = due_in_week(make_channel(weekday), tz=BERLIN, period=period)

    assert due == utc(expected)
    assert name_of(due, tz=BERLIN) == period


@pytest.mark.parametrize(
    "period", ["2026-47", "W47", "2026-W54", "2025-W53", "2026-W00", "", "2026-W47 ", "next"]
)
def test_a_week_that_does_not_exist_is_said_to_be_unreadable(period):
    with pytest.raises(UnknownWeek):
        due_in_week(make_channel(), tz=BERLIN, period=period)


@pytest.mark.parametrize(
    ("minutes", "late"), [(0, False), (119, False), (120, False), (121, True), (9_000, True)]
)
def test_a_digest_is_late_after_two_hours(minutes, late):
    due = utc("2026-11-20T14:00")

    assert is_late(due, now=due + timedelta(minutes=minutes)) is late
