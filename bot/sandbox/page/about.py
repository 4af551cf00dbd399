"""What the page says about itself, and the clock it may move: both are given by whoever starts it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True)
class Completion:
    """A word that may follow a slash command, offered while somebody types."""

    name: str
    usage: str
    description: str = ""


@dataclass(frozen=True)
class About:
    """What a visitor should know.

    Args:
        model: the name of what writes the drafts.
        note: an honest sentence about it.
        kind: whether it is the small model that ships along, a script, or an endpoint somewhere.
        sample_until: the ``ts`` up to which the demo played sample data; None when there is none.
        story: what to try, in order.
        completions: words after a slash command; without them they are read from its usage.
    """

    model: str
    note: str
    kind: Literal["embedded", "scripted", "endpoint"]
    sample_until: str | None = None
    story: tuple[str, ...] = ()
    completions: Mapping[str, tuple[Completion, ...]] = field(default_factory=dict)

    @property
    def promise(self) -> str:
        """What becomes of the words that somebody types here."""
        if self.kind == "endpoint":
            return "Sandbox: this Slack is played on your computer; only the model's endpoint hears of it."
        return "Sandbox: nothing here leaves this computer."


@dataclass(frozen=True)
class TimeStop:
    """A moment worth jumping to."""

    label: str
    at: datetime


class TimeControl(Protocol):
    """A clock that the page may move ahead; the bot and the sandbox read the same one."""

    def now(self) -> datetime:
        """The sandbox's time, aware."""

    def jump(self, to: datetime) -> None:
        """Move ahead; whatever is due by then becomes due."""

    def stops(self) -> list[TimeStop]:
        """Where a jump is worth it, soonest first."""
