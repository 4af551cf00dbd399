import pytest
from sqlalchemy.exc import OperationalError

from bot.errors import BotError, Transient
from handlers.inbox import RetryPolicy
from handlers.payloads import Unreadable
from handlers.socket_mode import Watch

POLICY = RetryPolicy()


@pytest.mark.parametrize("error", [ValueError(), BotError(), Transient()])
def test_pauses_grow(error):
    pauses = [POLICY.pause(error, failures=number) for number in range(1, 5)]

    assert [pause.total_seconds() for pause in pauses if pause] == [1, 5, 30, 120]


@pytest.mark.parametrize("error", [ValueError(), BotError()])
def test_the_fifth_failure_parks(error):
    assert POLICY.pause(error, failures=5) is None


@pytest.mark.parametrize("error", [Transient(), OperationalError("", {}, Exception("the database is away"))])
def test_what_passes_by_itself_is_tried_for_about_a_day(error):
    waited = sum(pause.total_seconds() for n in range(1, 1000) if (pause := POLICY.pause(error, failures=n)))

    assert 20 * 3600 < waited < 28 * 3600


def test_the_unreadable_is_parked_at_once():
    assert POLICY.pause(Unreadable(), failures=1) is None


@pytest.mark.parametrize(
    ("failures", "chance", "expected"), [(0, 1, 0.5), (1, 1, 1), (3, 0, 2), (100, 1, 30)]
)
def test_reconnecting_backs_off_with_jitter(failures, chance, expected):
    assert Watch().pause(failures, chance=chance) == expected
