"""When a failing event is tried again, and when it is set aside for a person to look at."""

from dataclasses import dataclass
from datetime import timedelta

from bot.errors import Transient
from handlers.payloads import Unreadable
from storage.patience import passes_by_itself


@dataclass(frozen=True)
class RetryPolicy:
    """Growing pauses in seconds, then parking.

    An error that passes by itself (Slack or a database is away) is tried for about a day at the longest pause;
    an event that cannot be read is parked at once.
    """

    pauses: tuple[float, ...] = (1, 5, 30, 120)
    transient_tries: int = 720

    def pause(self, error: BaseException, *, failures: int) -> timedelta | None:
        """Return the pause after the given failure (the first is 1); None parks the event."""
        if isinstance(error, Unreadable):
            return None
        if failures <= len(self.pauses):
            return timedelta(seconds=self.pauses[failures - 1])
        passes = isinstance(error, Transient) or passes_by_itself(error)
        return timedelta(seconds=self.pauses[-1]) if passes and failures < self.transient_tries else None
