import pytest

from bot.runtime.local_time import find_zone, zones_like


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("berl", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("UTC", "UTC"),
        ("asia/kol", "Asia/Kolkata"),
    ],
)
def test_letters_find_the_zone_they_mean_first(typed, first):
    assert zones_like(typed)[0] == first


def test_what_is_offered_is_known_and_bounded():
    offered = zones_like("", limit=50)

    assert len(offered) == 50
    assert all(find_zone(name).key == name for name in offered)
    assert zones_like("atlantis") == []


def test_names_of_old_are_not_offered():
    assert not [name for name in zones_like("", limit=9_999) if name.startswith(("Etc/", "US/", "posix/"))]
