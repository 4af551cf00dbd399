"""What somebody did, as the ledger takes it, and what the ledger made of it."""

from dataclasses import dataclass
from typing import Any, Literal, Self

from storage.repositories import DraftPlace, Landing


@dataclass(frozen=True)
class Touch:
    """Somebody touched a message: who, where, when, and the key under which it is stored once."""

    workspace_id: str
    event_id: str
    event_us: int
    channel_id: str
    message_ts: str
    user_id: str
    user_team_id: str | None = None
    author_is_bot: bool = False

    @property
    def landing(self) -> Landing:
        """Where it may land."""
        return Landing(
            workspace_id=self.workspace_id,
            channel_id=self.channel_id,
            message_ts=self.message_ts,
            user_id=self.user_id,
            event_id=self.event_id,
        )


@dataclass(frozen=True)
class Act:
    """One atomic act of a person on a Slack message that may show a draft.

    `event_us` is Slack's time in microseconds and orders everything. `ignored` names a reason why the act is stored
    but does not count. `weight` is what an edit adds to the tallies: its edit distance in thousandths.
    """

    workspace_id: str
    event_id: str
    channel_id: str
    message_ts: str
    user_id: str
    kind: str
    control: str
    value: str
    event_us: int
    act: Literal["set", "withdraw"] = "set"
    text: str | None = None
    author_is_bot: bool = False
    author_team_id: str | None = None
    ignored: str | None = None
    weight: int = 0

    @classmethod
    def by(cls, touch: Touch, **said: Any) -> Self:
        """Return the act that a touch is, with what it says."""
        return cls(
            workspace_id=touch.workspace_id,
            event_id=touch.event_id,
            channel_id=touch.channel_id,
            message_ts=touch.message_ts,
            user_id=touch.user_id,
            event_us=touch.event_us,
            author_is_bot=touch.author_is_bot,
            author_team_id=touch.user_team_id,
            **said,
        )


@dataclass(frozen=True)
class Belief:
    """An opinion as the tallies see it: what it says and when it was formed."""

    kind: str
    value: str
    event_us: int


@dataclass(frozen=True)
class Recorded:
    """The act is in the ledger; `opinion` is what the person thinks now, `changed` whether that is new."""

    place: DraftPlace
    signal_id: str
    opinion: Belief | None
    changed: bool


@dataclass(frozen=True)
class Ignored:
    """The act is stored, but does not count, for this reason."""

    place: DraftPlace
    reason: str


@dataclass(frozen=True)
class Unchanged:
    """Nothing was stored: the act is known already, or is none that counts."""

    reason: str


Outcome = Recorded | Ignored | Unchanged
