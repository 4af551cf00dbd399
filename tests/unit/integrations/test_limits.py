from bot.integrations.delivery import LONGEST_PAUSE, pause_after
from bot.integrations.limits import Limiter


class Watch:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


def test_a_minutes_worth_may_come_at_once_and_then_the_pace_is_steady():
    watch = Watch()
    limiter = Limiter(per_minute={"read": 60, "write": 6}, seconds=watch)

    at_once = [limiter.take("t", kind="read") for _ in range(61)]
    watch.now += at_once[-1]
    after = [limiter.take("t", kind="read") for _ in range(2)]

    assert at_once[:60] == [0.0] * 60
    assert 0 < at_once[60] <= 1
    assert after[0] == 0
    assert after[1] > 0


def test_a_refused_call_costs_nothing():
    watch = Watch()
    limiter = Limiter(per_minute={"read": 60, "write": 1}, seconds=watch)

    limiter.take("t", kind="write")
    refused = {limiter.take("t", kind="write") for _ in range(10)}
    watch.now += max(refused)

    assert len(refused) == 1
    assert limiter.take("t", kind="write") == 0


def test_tokens_and_kinds_do_not_share():
    limiter = Limiter(per_minute={"read": 1, "write": 1}, seconds=Watch())

    taken = [limiter.take(token, kind=kind) for token in ("a", "b") for kind in ("read", "write")]

    assert taken == [0.0] * 4


def test_pauses_double_up_to_the_longest():
    seconds = [pause_after(failures).total_seconds() for failures in (1, 2, 3, 11, 12, 500)]

    assert seconds == [10, 20, 40, 10_240, *[LONGEST_PAUSE.total_seconds()] * 2]
