"""How often a token may call: a steady pace with a minute's worth at once (GCRA), per process."""

import time
from collections.abc import Callable, Mapping
from typing import Final, Literal

Kind = Literal["read", "write"]
PER_MINUTE: Final[Mapping[Kind, int]] = {"read": 300, "write": 60}
_WINDOW: Final = 60.0


class Limiter:
    """Counts calls by token and kind; with several replicas each counts for itself.

    The generic cell rate algorithm keeps one number per token: when its calls would all be paid for at the steady pace.
    """

    def __init__(
        self,
        *,
        per_minute: Mapping[Kind, int] = PER_MINUTE,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_minute = per_minute
        self._seconds = seconds
        self._paid_at: dict[tuple[str, Kind], float] = {}

    def take(self, token_id: str, *, kind: Kind) -> float:
        """Count a call; return 0 if it may pass, else in how many seconds the next one may."""
        now, pause = self._seconds(), _WINDOW / self._per_minute[kind]
        paid_at = max(now, self._paid_at.get((token_id, kind), 0.0)) + pause
        if paid_at - now > _WINDOW + pause / 2:  # Half a call of slack for rounding.
            return paid_at - now - _WINDOW
        self._paid_at[token_id, kind] = paid_at
        return 0.0
