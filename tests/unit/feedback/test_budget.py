from datetime import UTC, date, datetime

import pytest

from bot.feedback.budget import Budget, local_day
from storage.repositories import DraftPlace

LATE = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("own", "workspace", "day"),
    [
        ("Asia/Tokyo", "UTC", date(2026, 11, 24)),
        (None, "Asia/Tokyo", date(2026, 11, 24)),
        ("Nowhere/Land", "America/New_York", date(2026, 11, 23)),
        (None, None, date(2026, 11, 23)),
    ],
)
def test_the_budget_goes_by_the_persons_own_day(own, workspace, day):
    place = DraftPlace("d", "T", "C", "plain", "base", "U", None, timezone=own, workspace_timezone=workspace)

    assert local_day(place, now=LATE) == day


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # New York falls back at 06:00 UTC on 1 November 2026: a day of 25 hours is one day.
        (datetime(2026, 11, 1, 3, 59, tzinfo=UTC), date(2026, 10, 31)),
        (datetime(2026, 11, 1, 4, 0, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 2, 4, 59, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 2, 5, 0, tzinfo=UTC), date(2026, 11, 2)),
        # It springs forward at 07:00 UTC on 8 March 2026: a day of 23 hours.
        (datetime(2026, 3, 8, 5, 0, tzinfo=UTC), date(2026, 3, 8)),
        (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), date(2026, 3, 8)),
        (datetime(2026, 3, 9, 4, 0, tzinfo=UTC), date(2026, 3, 9)),
    ],
)
def test_a_day_begins_at_the_persons_midnight_also_when_clocks_change(moment, day):
    place = DraftPlace("d", "T", "C", "plain", "base", "U", None, timezone="America/New_York")

    assert local_day(place, now=moment) == day


@pytest.mark.parametrize("wish", [{"asks_stopped": True}, {"opted_out": True}, {"deactivated": True}])
@pytest.mark.parametrize("kind", ["reason", "review"])
def test_who_does_not_want_to_be_asked_costs_not_even_a_look(wish, kind):
    place = DraftPlace("d", "T", "C", "plain", "base", "U", None, **wish)

    asked = Budget(asks_per_day=2).take(None, place=place, user_id="U", now=LATE, kind=kind)

    assert asked is False
