import pytest

from bot.runtime.durable import Retry


@pytest.mark.parametrize(("failures", "pause"), [(1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0), (2000, 30.0)])
def test_pauses_double_up_to_the_longest(failures, pause):
    assert Retry().pause(failures) == pause
