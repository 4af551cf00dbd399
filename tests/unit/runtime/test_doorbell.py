"""The bell that queues wait on."""

import threading

from bot.runtime.doorbell import Bell, Doorbell

LONG = 60.0


def _waiting(bell, heard, turns):
    for _ in range(turns):
        heard.append(bell.wait(LONG))


def test_a_ring_ends_the_wait_and_is_no_stop():
    bell, heard = Bell(), []
    thread = threading.Thread(target=_waiting, args=(bell, heard, 1))
    thread.start()

    bell.ring()
    thread.join(LONG / 2)

    assert heard == [False]


def test_a_ring_during_the_work_ends_the_next_wait():
    bell = Bell()
    bell.ring()
    bell.wait(LONG)

    bell.ring()

    assert bell.wait(LONG) is False


def test_every_thread_hears_every_ring():
    bell, heard = Bell(), ([], [])
    bell.ring()
    threads = [threading.Thread(target=_waiting, args=(bell, each, 1)) for each in heard]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG / 2)

    assert heard == ([False], [False])


def test_without_a_ring_the_time_ends_the_wait():
    assert Bell().wait(0.01) is False


def test_the_stop_ends_every_wait_for_good():
    bell, heard = Bell(), []
    thread = threading.Thread(target=_waiting, args=(bell, heard, 3))
    thread.start()

    bell.stop()
    thread.join(LONG / 2)

    assert (heard, bell.is_set()) == ([True, True, True], True)


def test_a_doorbell_without_a_bell_is_silent():
    doorbell = Doorbell()

    doorbell.ring()

    assert 0 < doorbell.next_ring() <= 0.25
