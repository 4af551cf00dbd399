"""The shapes in which the ledger reads and writes: narrow rows, and the columns they are read from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.models import Draft, DraftMessage, DraftStanding, Member, Opinion, Signal, Workspace


@dataclass(frozen=True)
class DraftPlace:
    """Where an act lands: the draft of a message, with what is known of the person and the workspace."""

    draft_id: str
    workspace_id: str
    channel_id: str
    task: str
    release: str
    requester_id: str
    posted_at: datetime | None
    draft_ts: str | None = None
    thread_ts: str | None = None
    current_revision_id: str | None = None
    hidden_at: datetime | None = None
    revision_id: str | None = None
    workspace_timezone: str | None = None
    workspace_settings: Mapping[str, Any] | None = None
    bot_user_id: str | None = None
    is_bot: bool | None = None
    deactivated: bool | None = None
    opted_out: bool | None = None
    home_team_id: str | None = None
    timezone: str | None = None
    thanked_at: datetime | None = None
    asks_stopped: bool | None = None
    first_seen_at: datetime | None = None
    held_from_us: int | None = None

    def thread_for(self, message_ts: str) -> str | None:
        """Return the thread in which to speak to somebody about a message of this draft; None: in the channel."""
        return self.thread_ts if message_ts == self.draft_ts else self.thread_ts or self.draft_ts


@dataclass(frozen=True)
class Sight:
    """Whether a draft's text is out of sight, and since when; `flags` is how many people flag it."""

    draft_id: str
    hidden_at: datetime | None
    flags: int


@dataclass(frozen=True)
class Landing:
    """Where an act that has just come may land: its message, its person, and the event it came with."""

    workspace_id: str
    channel_id: str
    message_ts: str
    user_id: str
    event_id: str


@dataclass(frozen=True)
class LedgerEntry:
    """A signal as the fold reads it: without its text."""

    id: str
    slot: str
    event_us: int
    event_id: str
    control: str
    act: str
    status: str
    reason: str | None
    kind: str
    value: str


@dataclass(frozen=True)
class NewSignal:
    """A signal on its way into the ledger; `text` is sealed there."""

    entry: LedgerEntry
    workspace_id: str
    draft_id: str
    revision_id: str | None
    channel_id: str
    message_ts: str
    user_id: str
    received_at: datetime
    text: str | None


@dataclass(frozen=True)
class Standing:
    """The counts of a draft's opinions, and the verdict that is stored beside them."""

    positives: int = 0
    negatives: int = 0
    approvals: int = 0
    flags: int = 0
    corrections: int = 0
    ratings: int = 0
    rating_total: int = 0
    verdict: str = "open"


@dataclass(frozen=True)
class Held:
    """An opinion, narrow: what a rebuild reads of it."""

    draft_id: str
    user_id: str
    kind: str
    value: str
    event_us: int


DRAFT = (
    Draft.id.label("draft_id"),
    Draft.workspace_id,
    Draft.channel_id,
    Draft.task,
    Draft.release,
    Draft.requester_id,
    Draft.posted_at,
    Draft.message_ts,
    Draft.thread_ts,
    Draft.current_revision_id,
    Draft.hidden_at,
)
SHOWN = (
    *DRAFT,
    DraftMessage.revision_id,
    Workspace.timezone.label("workspace_timezone"),
    Workspace.settings.label("workspace_settings"),
    Workspace.bot_user_id,
)
PERSON = (
    Member.is_bot,
    Member.deactivated,
    Member.opted_out,
    Member.home_team_id,
    Member.timezone,
    Member.thanked_at,
    Member.asks_stopped,
    Member.first_seen_at,
    Member.held_from_us,
)
PLACE = (*SHOWN, *PERSON)
STANDING = tuple(getattr(DraftStanding, name) for name in Standing.__dataclass_fields__)
HELD = tuple(getattr(Opinion, name) for name in Held.__dataclass_fields__)
ENTRY = tuple(getattr(Signal, name) for name in LedgerEntry.__dataclass_fields__)
