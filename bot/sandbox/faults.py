"""What goes wrong on purpose: injected faults and Slack's rate limits."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

from bot.sandbox.dispatch import METHODS
from bot.sandbox.records import Json

FaultKind = Literal["ratelimited", "server_error", "html", "drop_before", "drop_after", "delay", "error"]
_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong with one call.

    ``ratelimited`` is a 429 with ``retry_after`` seconds, ``server_error`` a 500 with a body that is no JSON,
    ``html`` a 200 with a web page, ``drop_before`` a connection cut before anything happened, ``drop_after`` one
    cut after the method did its work, ``delay`` an answer ``seconds`` late, ``error`` an answer with ``code``.
    """

    kind: FaultKind
    retry_after: int = 1
    seconds: float = 0.0
    code: str = "fatal_error"


class Faults:
    """The queue of faults per method; ``*`` stands for every method."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)

    def add(self, method: str, *, fault: Fault, times: int) -> None:
        """Let the next ``times`` calls of a method go wrong."""
        self._waiting[method].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """The fault for this call, if one is due."""
        for name in (method, "*"):
            if self._waiting[name]:
                return self._waiting[name].popleft()
        return None


@dataclass
class RateLimits:
    """Slack's tiers as token buckets; posts have one bucket per channel, one a second after a short burst."""

    clock: Callable[[], float]
    burst: int = 3
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait_for(self, name: str, *, arguments: Json) -> int:
        """Seconds the caller has to wait; 0 when the call may pass."""
        tier = METHODS[name].tier if name in METHODS else 9
        if tier == 0:
            return self._draw(f"{name}:{arguments.get('channel')}", capacity=self.burst, per_second=1.0)
        if tier not in _PER_MINUTE:
            return 0
        return self._draw(name, capacity=_PER_MINUTE[tier], per_second=_PER_MINUTE[tier] / 60)

    def _draw(self, key: str, *, capacity: float, per_second: float) -> int:
        now = self.clock()
        level, seen = self._buckets.get(key, (capacity, now))
        level = min(capacity, level + (now - seen) * per_second)
        allowed = level >= 1
        self._buckets[key] = (level - 1 if allowed else level, now)
        return 0 if allowed else ceil((1 - level) / per_second)
