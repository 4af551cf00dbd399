"""A bell for DBOS' queues: they look for work when there is some, and need not look ten times a second when there is none.

DBOS' queues look at intervals only. Each look costs milliseconds, so short intervals keep an idle process at several
percent of a core, and long ones let people wait. Here whoever commits work rings; the interval stays as the safety
net, and for work that another replica could not take.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from dbos import _dbos

GAP: Final = 0.25  # seconds between two rings: a flood of work does not make the queues look without a pause
_SOON: Final = 0.01


class Bell:
    """What a queue's threads wait on in place of DBOS' stop event: it ends the wait by stopping, or by ringing."""

    def __init__(self) -> None:
        self._waiting = threading.Condition()
        self._stopped = False
        self._rings = 0
        self._heard = threading.local()

    def is_set(self) -> bool:
        """Whether the threads are to stop."""
        return self._stopped

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the stop, a ring that this thread has not heard yet, or the time; return whether to stop."""
        with self._waiting:
            if not self._stopped and getattr(self._heard, "rings", 0) == self._rings:
                self._waiting.wait(timeout)
            self._heard.rings = self._rings
            return self._stopped

    def ring(self) -> None:
        """Let every thread look once more."""
        with self._waiting:
            self._rings += 1
            self._waiting.notify_all()

    def stop(self) -> None:
        """End every wait, for good."""
        with self._waiting:
            self._stopped = True
            self._waiting.notify_all()


class Doorbell:
    """Rings the bell of the DBOS that this process runs; before and after its life it is silent."""

    def __init__(self) -> None:
        self._bell: Bell | None = None
        self._rung_at = 0.0

    def hang(self) -> None:
        """Let the queues of the DBOS that is launched next hear us."""
        # DBOS is pinned exactly; its own thread function is kept and only given another event to wait on.
        _dbos.queue_thread = self._listening(_dbos.queue_thread)  # type: ignore[attr-defined]

    def ring(self) -> None:
        """Let the queues look for work now."""
        self._rung_at = time.monotonic()
        if self._bell is not None:
            self._bell.ring()

    def next_ring(self) -> float:
        """Return in how many seconds the next ring is due: at once after a pause."""
        return max(_SOON, self._rung_at + GAP - time.monotonic())

    def _listening(self, listen: Callable[..., None]) -> Callable[..., None]:
        original = getattr(listen, "__wrapped__", listen)

        def listening(stop: threading.Event, dbos: Any) -> None:
            bell = self._bell = Bell()
            threading.Thread(target=_passed_on, args=(stop, bell), name="doorbell", daemon=True).start()
            original(bell, dbos)

        listening.__wrapped__ = original  # type: ignore[attr-defined]
        return listening


def _passed_on(stop: threading.Event, bell: Bell) -> None:
    stop.wait()
    bell.stop()
