"""The sample data's calendar, and its deeds on drafts that nobody can know before."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.cli.demo.sample_scenes import SCENES, beginning, moment_of
from handlers.cli.demo.sample_team import local_zone

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland"])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(now=MOMENTS, zone=ZONES.map(ZoneInfo))
def test_scenes_come_one_after_the_other_within_two_weeks_before_now(now, zone):
    moments = [moment_of(scene, now=now, zone=zone) for scene in SCENES]

    assert moments == sorted(moments)
    assert beginning(now, zone=zone) < moments[0]
    assert moments[-1] < now
    assert now - moments[0] < timedelta(days=14)


@given(now=MOMENTS, zone=ZONES.map(ZoneInfo))
def test_scenes_of_other_days_are_on_working_days(now, zone):
    earlier = [moment_of(scene, now=now, zone=zone) for scene in SCENES if isinstance(scene.when, tuple)]

    assert all(moment.astimezone(zone).weekday() < 5 for moment in earlier)


@given(now=MOMENTS, zone=ZONES.map(ZoneInfo))
def test_a_week_ends_among_the_scenes_so_that_a_digest_is_played(now, zone):
    first = beginning(now, zone=zone).astimezone(zone)
    days = [first.date() + timedelta(days=number) for number in range((now.date() - first.date()).days + 1)]

    assert any(day.weekday() == 4 for day in days)


@pytest.mark.parametrize(
    "scene", [scene for scene in SCENES if scene.subject], ids=lambda scene: scene.subject
)
def test_a_draft_that_misses_its_subject_is_corrected_and_never_approved(scene):
    hit, missed = scene.deeds_on(f"Today: the {scene.subject.upper()}"), scene.deeds_on("Something else")

    assert hit == scene.deeds
    assert "better" in {deed.kind for deed in missed}
    assert "use" not in {deed.kind for deed in missed}


@pytest.mark.parametrize(
    ("named", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":Asia/Tokyo", "Asia/Tokyo"),
        ("Etc/UTC", "UTC"),
        ("Mars/Base", "UTC"),
    ],
)
def test_the_team_lives_in_this_machines_time_zone(monkeypatch, named, zone):
    monkeypatch.setenv("TZ", named)

    assert local_zone() == zone
