import pytest

from bot.slack.tiers import PER_MINUTE, Tiers

UPDATE = "chat.update"


@pytest.fixture
def time():
    return [1_000.0]


@pytest.fixture
def tiers(time):
    return Tiers(clock=lambda: time[0])


def take(tiers, number, workspace="T1"):
    for _ in range(number):
        tiers.took(workspace, method=UPDATE)


def test_a_courtesy_has_room_until_the_rest_is_kept_for_others(tiers):
    take(tiers, PER_MINUTE[UPDATE] - 11)
    before = tiers.has_room("T1", method=UPDATE, leaving=10)
    take(tiers, 1)

    assert (before, tiers.has_room("T1", method=UPDATE, leaving=10)) == (True, False)


def test_workspaces_and_methods_have_their_own(tiers):
    take(tiers, PER_MINUTE[UPDATE])

    assert tiers.has_room("T2", method=UPDATE, leaving=0)
    assert tiers.has_room("T1", method="chat.appendStream", leaving=0)


def test_room_comes_back_after_a_minute(tiers, time):
    take(tiers, PER_MINUTE[UPDATE])
    time[0] += 60

    assert tiers.has_room("T1", method=UPDATE, leaving=10)


def test_a_refusal_is_heeded_for_a_while(tiers, time):
    tiers.close("T1", method=UPDATE, seconds=30)
    closed = tiers.has_room("T1", method=UPDATE, leaving=0)
    time[0] += 30

    assert (closed, tiers.has_room("T1", method=UPDATE, leaving=0)) == (False, True)
