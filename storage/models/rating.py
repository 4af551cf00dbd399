"""Members as judges: verified drafts to measure them by, what their judgement weighs, and what is held back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id


class Anchor(Base):
    """A draft that an admin verified: people's judgement of it tells how good judges they are."""

    __tablename__ = "anchors"

    draft_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    revision_id: Mapped[str] = mapped_column(CleanText(32))  # the text that was verified
    task: Mapped[str] = mapped_column(CleanText(64))
    verdict: Mapped[str] = mapped_column(CleanText(16))  # good, bad
    marked_by: Mapped[str] = mapped_column(CleanText(64))
    marked_at: Mapped[datetime]

    __table_args__ = (Index(None, "workspace_id", "task"),)


class AnchorAnswer(Base):
    """How somebody who was asked judged an anchor; it counts nowhere else."""

    __tablename__ = "anchor_answers"

    draft_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    answer: Mapped[str] = mapped_column(CleanText(16))  # good, bad
    answered_at: Mapped[datetime]

    __table_args__ = (Index(None, "workspace_id", "user_id"),)


class RaterWeight(Base):
    """What a member's judgement weighs in a task, and what that rests on; shown to that member alone."""

    __tablename__ = "rater_weights"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    task: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    kind: Mapped[str] = mapped_column(CleanText(16), primary_key=True)  # style, label
    weight: Mapped[float]
    agreed: Mapped[float] = mapped_column(default=0.0)  # verdicts that others shared later …
    judged: Mapped[float] = mapped_column(default=0.0)  # … of those that could be compared
    anchors_right: Mapped[int] = mapped_column(default=0)
    anchors: Mapped[int] = mapped_column(default=0)
    method: Mapped[str] = mapped_column(CleanText(16))  # trust, dawid_skene, majority, anchors
    measured_at: Mapped[datetime]


class Hold(SealedRow, Base):
    """Somebody's feedback of a span of time that does not count until an admin has looked at it."""

    __tablename__ = "holds"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    user_id: Mapped[str] = mapped_column(CleanText(64))
    kind: Mapped[str] = mapped_column(CleanText(16))  # burst, brigade, sockpuppet, spam
    facts: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # the figures behind it; never a text or a name
    group_id: Mapped[str | None] = mapped_column(CleanText(32))  # holds that were found together
    from_us: Mapped[int] = mapped_column(
        BigInteger
    )  # what they did from then on (by event_ts, microseconds) …
    until_us: Mapped[int | None] = mapped_column(BigInteger)  # … until then; None: until it is decided
    state: Mapped[str] = mapped_column(CleanText(16), default="held")  # held, released, confirmed
    appealed_at: Mapped[datetime | None]
    appeal_sealed: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(CleanText(64))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    appeal = Sealed[str | None]()

    __table_args__ = (Index(None, "workspace_id", "state"), Index(None, "workspace_id", "user_id"))
