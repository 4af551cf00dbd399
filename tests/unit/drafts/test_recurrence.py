"""When a recurring brief comes round: read from words, exact in every zone."""

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafts.recurrence import Recurrence, RecurrenceUnclear, read_recurrence

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
# Half hours, no changes, a change of half an hour, a change at midnight, one that left out a whole day.
ZONES = [
    "UTC",
    BERLIN,
    NEW_YORK,
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Havana",
    "America/Scoresbysund",
    "Pacific/Apia",
]
EVERY_DAY = frozenset(range(7))


@pytest.mark.parametrize(
    ("words", "rhythm", "brief"),
    [
        ("friday 15:00 a summary: short", "Friday at 15:00", "a summary: short"),
        ("Fri 9:05 x", "Friday at 09:05", "x"),
        ("weekday 9:00 x", "weekday at 09:00", "x"),
        ("mon-fri 09.00 x", "weekday at 09:00", "x"),
        ("day at 5 pm x", "day at 17:00", "x"),
        ("mon,wed 9:30 one\ntwo", "Monday and Wednesday at 09:30", "one\ntwo"),
        ("mondays, tues and sun at 12am: x", "Monday, Tuesday and Sunday at 00:00", "x"),
        ("sat-mon 23:59 x", "Monday, Saturday and Sunday at 23:59", "x"),
        ("weekend 9 a.m. x", "Saturday and Sunday at 09:00", "x"),
        ("friday 15:00", "Friday at 15:00", ""),
    ],
)
def test_weekdays_and_a_time_are_understood_however_people_write_them(words, rhythm, brief):
    recurrence, rest = read_recurrence(words)

    assert (recurrence.words, rest) == (rhythm, brief)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "friday",
        "friday 3 ideas",
        "fri 25:00 x",
        "fri 13pm x",
        "fri 9:305 x",
        "fri 15:00pm x",
        "month 9:00 x",
        "x",
    ],
)
def test_what_is_not_understood_is_said_with_examples(words):
    with pytest.raises(RecurrenceUnclear, match="every friday 15:00"):
        read_recurrence(words)


@pytest.mark.parametrize("words", ["month 9:00 the report", "other friday 9:00 x", "2 weeks 9:00 x"])
def test_a_rhythm_that_is_no_weekday_is_named_as_such(words):
    with pytest.raises(RecurrenceUnclear, match="cannot do that rhythm yet"):
        read_recurrence(words)


def test_a_time_that_spring_skips_comes_right_after_the_gap():
    recurrence = Recurrence.of("sun", "02:30")

    found = recurrence.after(datetime(2026, 3, 28, tzinfo=UTC), tz=BERLIN)

    assert (found.day, found.at) == (date(2026, 3, 29), datetime(2026, 3, 29, 1, 0, tzinfo=UTC))


def test_a_time_that_autumn_repeats_comes_once_the_first_time():
    recurrence = Recurrence.of("sun", "02:30")

    first = recurrence.after(datetime(2026, 10, 24, tzinfo=UTC), tz=BERLIN)
    second = recurrence.after(first.at, tz=BERLIN)

    assert first.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second.day == date(2026, 11, 1)


def test_a_date_that_a_zone_left_out_has_no_occurrence():
    recurrence = Recurrence(EVERY_DAY, time(15))

    days = _coming(recurrence, datetime(2011, 12, 28, 20, tzinfo=UTC), tz="Pacific/Apia", count=4)

    assert [one.day.day for one in days] == [28, 29, 31, 1]


# From 2007 to 2036: DST rules changed, and a zone lost a day.
moments = st.integers(13_514 * 24 * 60, 24_471 * 24 * 60).map(
    lambda minute: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)
recurrences = st.builds(
    Recurrence,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)


@given(recurrences, moments, st.sampled_from(ZONES))
def test_occurrences_strictly_go_on_and_each_local_date_has_one(recurrence, moment, zone):
    found = _coming(recurrence, moment, tz=zone, count=12)

    assert moment < found[0].at
    assert all(one.at < other.at and one.day < other.day for one, other in pairwise(found))
    assert found[0].at - moment <= timedelta(days=8)


@given(recurrences, moments, st.sampled_from(ZONES))
def test_the_local_weekday_and_time_are_right_unless_a_change_skips_them(recurrence, moment, zone):
    found = recurrence.after(moment, tz=zone)

    wall = datetime.combine(found.day, recurrence.clock)
    local = found.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert found.day.weekday() in recurrence.weekdays
    assert local == wall or _skipped(wall, ZoneInfo(zone))


@given(recurrences, moments, st.sampled_from(ZONES))
def test_the_latest_occurrence_is_the_one_before_the_next(recurrence, moment, zone):
    latest = recurrence.latest(moment, tz=zone)

    assert latest.at <= moment
    assert recurrence.after(latest.at, tz=zone) == recurrence.after(moment, tz=zone)


@given(recurrences)
def test_what_a_row_holds_is_read_back(recurrence):
    assert Recurrence.of(recurrence.days_column, recurrence.time_column) == recurrence


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_kindly(text):
    rest = text
    with contextlib.suppress(RecurrenceUnclear):
        _, rest = read_recurrence(text)

    assert text.strip().endswith(rest.strip())


def _coming(recurrence, moment, *, tz, count):
    found = [recurrence.after(moment, tz=tz)]
    while len(found) < count:
        found.append(recurrence.after(found[-1].at, tz=tz))
    return found


def _skipped(wall, zone):
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall
