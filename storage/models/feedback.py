"""The ledger: signals as they came, the opinions they amount to, corrections, and how often we asked."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id


class Signal(SealedRow, Base):
    """One atomic act of a person on a draft. Append-only: only the derived `status` and `reason` are rewritten."""

    __tablename__ = "signals"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    event_id: Mapped[str] = mapped_column(
        CleanText(255)
    )  # Slack's event id, or a key made from an interaction
    draft_id: Mapped[str] = mapped_column(CleanText(32))
    revision_id: Mapped[str | None] = mapped_column(CleanText(32))
    channel_id: Mapped[str] = mapped_column(CleanText(64))
    message_ts: Mapped[str] = mapped_column(CleanText(32))
    user_id: Mapped[str] = mapped_column(CleanText(64))
    kind: Mapped[str] = mapped_column(
        CleanText(16)
    )  # reaction, button, rating, approval, flag, correction, edit, …
    act: Mapped[str] = mapped_column(CleanText(8), default="set")  # set, withdraw
    control: Mapped[str] = mapped_column(
        CleanText(128)
    )  # what the person touched: `emoji:+1`, `buttons`, `stars`, `reply:TS`
    slot: Mapped[str] = mapped_column(
        CleanText(160)
    )  # what the opinion is about: the dimension, or for texts the control
    value: Mapped[str] = mapped_column(
        CleanText(255)
    )  # positive, negative, 1 … 5, true, a flag category; '' for texts
    text_sealed: Mapped[str | None] = mapped_column(
        Text
    )  # a correction's or an edit's text, a flag's comment
    event_us: Mapped[int] = mapped_column(
        BigInteger
    )  # Slack's event_ts in microseconds: what orders everything
    received_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(CleanText(16))  # counted, superseded, withdrawn, ignored
    reason: Mapped[str | None] = mapped_column(CleanText(64))  # why ignored, or what superseded
    feed_position: Mapped[int | None] = mapped_column(
        BigInteger
    )  # its place in the feed; None: not given yet, or told anew because its status changed

    text = Sealed[str | None]()

    __table_args__ = (
        UniqueConstraint("workspace_id", "event_id"),
        Index(None, "draft_id", "user_id", "slot", "status", "reason"),  # finds the open signals of a slot
        Index(None, "workspace_id", "received_at"),
        Index(None, "workspace_id", "user_id"),
        Index(None, "workspace_id", "feed_position", "received_at"),
    )


class Opinion(Base):
    """The one current verdict of a person on a draft in one slot."""

    __tablename__ = "opinions"

    draft_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    slot: Mapped[str] = mapped_column(CleanText(160), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    dimension: Mapped[str] = mapped_column(CleanText(16))  # vote, rating, approval, flag, text
    kind: Mapped[str] = mapped_column(CleanText(16))
    value: Mapped[str] = mapped_column(CleanText(255))
    signal_id: Mapped[str] = mapped_column(CleanText(32))
    event_us: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index(None, "workspace_id", "event_us"),)


class Correction(SealedRow, Base):
    """A person's better text, or the instruction how to get it; its texts' history is in the signals."""

    __tablename__ = "corrections"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    draft_id: Mapped[str] = mapped_column(CleanText(32))
    revision_id: Mapped[str | None] = mapped_column(CleanText(32))  # the text that is corrected
    user_id: Mapped[str] = mapped_column(CleanText(64))
    control: Mapped[str] = mapped_column(
        CleanText(128)
    )  # `reply:TS` or `edit:KEY`: the signals that are its history
    source: Mapped[str] = mapped_column(CleanText(16))  # thread, edit, reason, line
    message_ts: Mapped[str | None] = mapped_column(CleanText(32))
    interpretation: Mapped[str] = mapped_column(CleanText(16))  # rewrite, instruction, talk
    interpreted_by: Mapped[str] = mapped_column(
        CleanText(64)
    )  # `program`, `model`, or the person who put it right
    text_sealed: Mapped[str | None] = mapped_column(Text)  # the current text
    original_sealed: Mapped[str | None] = mapped_column(Text)  # the draft's text that it corrects
    first_line: Mapped[int | None]  # of a correction of lines: which lines of `original`, counted from 0 …
    last_line: Mapped[int | None]  # … and the last of them
    lines_before_sealed: Mapped[str | None] = mapped_column(Text)
    lines_after_sealed: Mapped[str | None] = mapped_column(Text)
    edit_distance: Mapped[float | None]  # share of tokens changed, 0 … 1; None for instructions
    state: Mapped[str] = mapped_column(CleanText(16))  # standing, withdrawn
    version: Mapped[int] = mapped_column(default=1)  # goes up with every change: names the learning work
    learned_version: Mapped[int] = mapped_column(
        default=0
    )  # the version whose plain patterns are observations
    lesson: Mapped[str] = mapped_column(
        CleanText(16), default="on"
    )  # on; undone: nothing is to be learned from it
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    text = Sealed[str]()
    original = Sealed[str | None]()
    lines_before = Sealed[str | None]()
    lines_after = Sealed[str | None]()

    __table_args__ = (
        UniqueConstraint("draft_id", "control"),
        Index(None, "workspace_id", "created_at"),
        Index(None, "workspace_id", "user_id"),
        Index(  # finds what is still to be learned
            "ix_corrections_unlearned",
            "workspace_id",
            sqlite_where=sql("learned_version < version"),
            postgresql_where=sql("learned_version < version"),
        ),
    )


class Ask(Base):
    """A request for feedback that was put to a person: the budget counts these."""

    __tablename__ = "asks"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    draft_id: Mapped[str] = mapped_column(
        CleanText(32), primary_key=True
    )  # nobody is asked twice for one draft
    day: Mapped[date]  # the person's local day
    place: Mapped[int]  # 1 or 2: which request of that day it was
    kind: Mapped[str] = mapped_column(CleanText(16), default="reason")  # reason, review, anchor, trial
    asked_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(CleanText(16))  # answered, not_now, stopped

    __table_args__ = (UniqueConstraint("workspace_id", "user_id", "day", "place"),)


class PhrasingRequest(SealedRow, Base):
    """Somebody wants to see other phrasings of some lines of a draft, and may choose one."""

    __tablename__ = "phrasing_requests"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    request_key: Mapped[str] = mapped_column(
        CleanText(255)
    )  # the submission that asked: sent twice it is one
    draft_id: Mapped[str] = mapped_column(CleanText(32))
    revision_id: Mapped[str] = mapped_column(CleanText(32))  # the text whose lines they are
    channel_id: Mapped[str] = mapped_column(CleanText(64))
    message_ts: Mapped[str] = mapped_column(CleanText(32))  # the message that shows that text
    user_id: Mapped[str] = mapped_column(CleanText(64))
    first_line: Mapped[int]
    last_line: Mapped[int]
    wish_sealed: Mapped[str | None] = mapped_column(Text)
    options_sealed: Mapped[str | None] = mapped_column(
        Text
    )  # what the model offered, as a JSON list of texts
    state: Mapped[str] = mapped_column(
        CleanText(16), default="asked"
    )  # asked, offered, chosen, dismissed, failed
    correction_id: Mapped[str | None] = mapped_column(CleanText(32))
    created_at: Mapped[datetime]

    wish = Sealed[str | None]()
    options = Sealed[str | None]()

    __table_args__ = (UniqueConstraint("workspace_id", "request_key"), Index(None, "draft_id"))
