from datetime import UTC, date, datetime

import pytest

from bot.feedback.budget import local_day
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
