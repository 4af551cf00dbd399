"""Trials: a challenger against the champion, in blind pairs or by what people think of drafts of both."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id


class Trial(Base):
    """One comparison of two releases, from its opening to its outcome."""

    __tablename__ = "trials"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    number: Mapped[int]
    task: Mapped[str] = mapped_column(CleanText(64))  # of the seat: "" is every task without its own
    champion_id: Mapped[str] = mapped_column(CleanText(32))
    challenger_id: Mapped[str] = mapped_column(CleanText(32))
    run_id: Mapped[str | None] = mapped_column(CleanText(32))
    mode: Mapped[str] = mapped_column(CleanText(16))  # blind, randomised, guard
    state: Mapped[str] = mapped_column(CleanText(16), default="open")  # open, closed
    outcome: Mapped[str | None] = mapped_column(
        CleanText(16)
    )  # better, worse, not_enough, stopped, cancelled
    reason: Mapped[str] = mapped_column(CleanText(64), default="")  # a code
    alpha: Mapped[float]
    share: Mapped[float] = mapped_column(default=0.5)  # of drafts or sides that go to the challenger
    max_pairs: Mapped[int]
    bar: Mapped[float | None]  # of a guard: the mean loss above which the champion has fallen behind
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index(None, "state", "closes_at"),
        Index(None, "run_id"),
    )


class TrialPair(SealedRow, Base):
    """One brief written by both releases; `fixed` is its value when no vote is needed (an error is a loss)."""

    __tablename__ = "trial_pairs"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    trial_id: Mapped[str] = mapped_column(CleanText(32))
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    number: Mapped[int]
    source_draft_id: Mapped[str] = mapped_column(CleanText(32))  # whose brief it is
    champion_text_sealed: Mapped[str | None] = mapped_column(Text)
    challenger_text_sealed: Mapped[str | None] = mapped_column(Text)
    fixed: Mapped[float | None]
    state: Mapped[str] = mapped_column(CleanText(16), default="planned")  # planned, open, closed, dropped
    position: Mapped[int | None]  # in closing order: pairs count in this order
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    champion_text = Sealed[str | None]()
    challenger_text = Sealed[str | None]()

    __table_args__ = (
        UniqueConstraint("trial_id", "source_draft_id"),
        UniqueConstraint("trial_id", "number"),
        Index(None, "trial_id", "state"),
    )


class TrialVote(SealedRow, Base):
    """A person who was asked about a pair, and what they said; the latest press counts until the pair closes."""

    __tablename__ = "trial_votes"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    pair_id: Mapped[str] = mapped_column(CleanText(32))
    user_id: Mapped[str] = mapped_column(CleanText(64))
    trial_id: Mapped[str] = mapped_column(CleanText(32))
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    flipped: Mapped[bool]  # whether A is the challenger's text; drawn when they were asked
    state: Mapped[str] = mapped_column(CleanText(16), default="asked")  # asked, voted, not_now, expired
    choice: Mapped[str | None] = mapped_column(CleanText(16))  # challenger, champion, tie, both_bad
    reason_sealed: Mapped[str | None] = mapped_column(Text)
    channel_id: Mapped[str | None] = mapped_column(CleanText(64))  # where the question stands
    message_ts: Mapped[str | None] = mapped_column(CleanText(32))
    event_us: Mapped[int | None] = mapped_column(BigInteger)  # of the press that counts, in microseconds
    asked_at: Mapped[datetime]
    voted_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # when the question was put to rest: nothing is shown there any more

    reason = Sealed[str | None]()

    __table_args__ = (
        UniqueConstraint("pair_id", "user_id"),
        Index(None, "trial_id", "state"),
        Index(None, "workspace_id", "user_id"),
    )


class TrialOutcome(Base):
    """What people thought of one live draft of one arm (randomised trials and guards), in the order it was measured."""

    __tablename__ = "trial_outcomes"

    trial_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    draft_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    arm: Mapped[str] = mapped_column(CleanText(16))  # champion, challenger
    position: Mapped[int | None]  # None until it is measured
    loss: Mapped[float | None]  # 0 … 1: thumb, stars and edit distance, their mean
    # The same by who said it: people's ids, for the evidence without each of them and without whoever stops counting.
    # An id says nothing of a text, but it is about a person: whoever erases them takes their key out. The key "" is
    # nobody: the draft could not be written.
    losses: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    assigned_at: Mapped[datetime]
    measured_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "trial_id", "position"), Index(None, "workspace_id", "draft_id"))
