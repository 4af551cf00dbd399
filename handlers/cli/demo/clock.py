"""The demo's clock: real time, moved. It may stand in the past while a sample week is played, and jumps ahead."""

from datetime import datetime, timedelta

from storage.types import utc_now


class StoryClock:
    """The clock of the demo's bot and of its Slack.

    Args:
        ahead: how far it is ahead of real time (negative: behind).
        floor: a moment that has been reached already: the clock begins there at the earliest, whatever became of
            the machine's own clock since.
    """

    def __init__(self, *, ahead: timedelta = timedelta(0), floor: datetime | None = None) -> None:
        self._ahead = ahead
        if floor is not None:
            self.jump_to(floor)

    @classmethod
    def begun_at(cls, moment: datetime) -> "StoryClock":
        """Return a clock that shows this moment now."""
        return cls(ahead=moment - utc_now())

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of real time."""
        return self._ahead

    def __call__(self) -> datetime:
        """Return the time in the story."""
        return utc_now() + self._ahead

    def timestamp(self) -> float:
        """Return the time in the story as seconds since 1970."""
        return self().timestamp()

    def jump_to(self, moment: datetime) -> None:
        """Move ahead, never back."""
        self._ahead += max(moment - self(), timedelta(0))
