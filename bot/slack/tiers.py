"""How much of Slack's allowance per minute is left for courtesies."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

# Calls per minute and workspace that Slack allows (its tiers 2, 3 and 4).
PER_MINUTE: Final = {
    "chat.startStream": 20,
    "chat.stopStream": 20,
    "chat.update": 50,
    "chat.appendStream": 100,
}
_WINDOW: Final = 60.0


class Tiers:
    """Counts our calls per workspace and method over the last minute, in this process.

    A call that must be made is only counted (`took`). A courtesy asks first (`has_room`) and stays away when Slack
    might need the room for something that must be made; after a refusal (`close`) it stays away for a while.
    Replicas do not know of one another's calls: what several of them send too much, Slack refuses, and `close` heeds it.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taken: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._closed_until: dict[tuple[str, str], float] = {}

    def took(self, workspace_id: str, *, method: str) -> None:
        """Count a call."""
        self._recent(workspace_id, method).append(self._clock())

    def has_room(self, workspace_id: str, *, method: str, leaving: int) -> bool:
        """Whether one more call would still leave `leaving` calls of this minute's allowance."""
        if self._clock() < self._closed_until.get((workspace_id, method), 0.0):
            return False
        return len(self._recent(workspace_id, method)) + 1 + leaving <= PER_MINUTE[method]

    def close(self, workspace_id: str, *, method: str, seconds: float = _WINDOW) -> None:
        """Slack has had enough: no courtesies for a while."""
        self._closed_until[workspace_id, method] = self._clock() + seconds

    def _recent(self, workspace_id: str, method: str) -> deque[float]:
        taken = self._taken[workspace_id, method]
        while taken and taken[0] <= self._clock() - _WINDOW:
            taken.popleft()
        return taken
