"""What was learned: what corrections say, the rules they became, polls about them, and which drafts saw which rule."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id


class Observation(SealedRow, Base):
    """What one correction says about one topic of style, in the place where it was said.

    `channel_id`, `task` and `requester_id` are those of the corrected draft. Two observations of one topic with
    different stances oppose each other.
    """

    __tablename__ = "observations"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    correction_id: Mapped[str | None] = mapped_column(CleanText(32))  # None: a vote in a poll, or a press
    draft_id: Mapped[str | None] = mapped_column(CleanText(32))
    channel_id: Mapped[str] = mapped_column(CleanText(64))
    task: Mapped[str] = mapped_column(CleanText(64))
    requester_id: Mapped[str | None] = mapped_column(CleanText(64))
    user_id: Mapped[str] = mapped_column(CleanText(64))  # whose judgement it is
    topic_sealed: Mapped[str | None] = mapped_column(
        Text
    )  # `emoji`, `length`, `words:OLD` …: people's words may be in it
    stance_sealed: Mapped[str | None] = mapped_column(Text)  # what is wanted of the topic: `none`, `short` …
    text_sealed: Mapped[str | None] = mapped_column(Text)  # the same as a rule in words
    source: Mapped[str] = mapped_column(CleanText(16))  # stated, seen, model, poll, press
    state: Mapped[str] = mapped_column(CleanText(16), default="counts")  # counts, withdrawn, dropped, held
    drafts_before: Mapped[int] = mapped_column(
        default=0
    )  # drafts of that channel and task until then: its age is counted in them
    observed_at: Mapped[datetime]

    topic = Sealed[str]()
    stance = Sealed[str]()
    text = Sealed[str]()

    __table_args__ = (
        Index(None, "workspace_id", "state", "observed_at"),
        Index(None, "correction_id"),
        Index(None, "workspace_id", "user_id"),
    )


class Rule(SealedRow, Base):
    """One line of house style. Its scope: a channel, a task and a requester, each of them or any (None)."""

    __tablename__ = "rules"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    number: Mapped[int]  # what people call it: 1, 2, 3 … within the workspace
    channel_id: Mapped[str | None] = mapped_column(CleanText(64))
    task: Mapped[str | None] = mapped_column(CleanText(64))
    requester_id: Mapped[str | None] = mapped_column(CleanText(64))
    topic_sealed: Mapped[str | None] = mapped_column(Text)
    stance_sealed: Mapped[str | None] = mapped_column(Text)
    text_sealed: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(CleanText(16))  # learned, written
    author_id: Mapped[str | None] = mapped_column(CleanText(64))  # who wrote it; None: it was distilled
    state: Mapped[str] = mapped_column(CleanText(16))  # proposed, active, retired, expired
    reason: Mapped[str] = mapped_column(CleanText(32), default="")  # why it is in that state
    approved_by: Mapped[str | None] = mapped_column(
        CleanText(64)
    )  # an admin, or `poll`: evidence alone does not change it
    supporters: Mapped[int] = mapped_column(default=0)  # people whose standing evidence is for it
    opposers: Mapped[int] = mapped_column(default=0)
    weight_for: Mapped[float] = mapped_column(
        default=0.0
    )  # after weights and decay, when it was last looked at
    weight_against: Mapped[float] = mapped_column(default=0.0)
    used: Mapped[int] = mapped_column(default=0)  # drafts that saw it
    useful_at: Mapped[datetime | None]  # when evidence for it last came
    version: Mapped[int] = mapped_column(default=1)  # goes up with every change of scope, text or state
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]

    topic = Sealed[str]()
    stance = Sealed[str]()
    text = Sealed[str]()

    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index(None, "workspace_id", "state", "channel_id", "task"),
        Index(None, "workspace_id", "changed_at"),
    )


class RuleSighting(Base):
    """A draft whose prompt held a rule: how each rule's effect is known."""

    __tablename__ = "rule_sightings"

    rule_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    draft_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    changed_text: Mapped[bool] = mapped_column(default=False)  # the model's text had to be put right by it
    seen_at: Mapped[datetime]

    __table_args__ = (Index(None, "draft_id"), Index(None, "workspace_id", "seen_at"))


class RulePoll(Base):
    """A question to a channel: which of two contradicting rules holds there. One message, closed by itself."""

    __tablename__ = "rule_polls"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    channel_id: Mapped[str] = mapped_column(CleanText(64))
    task: Mapped[str | None] = mapped_column(CleanText(64))
    first_rule_id: Mapped[str] = mapped_column(CleanText(32))
    second_rule_id: Mapped[str] = mapped_column(CleanText(32))
    state: Mapped[str] = mapped_column(CleanText(16), default="open")  # open, closed
    outcome: Mapped[str | None] = mapped_column(CleanText(16))  # first, second, either, split, nobody, moot
    message_ts: Mapped[str | None] = mapped_column(CleanText(32))
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "state", "closes_at"), Index(None, "workspace_id", "channel_id", "state"))


class RulePollVote(Base):
    """What one person said in a poll; the latest press counts."""

    __tablename__ = "rule_poll_votes"

    poll_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    choice: Mapped[str] = mapped_column(CleanText(16))  # first, second, either
    voted_at: Mapped[datetime]

    __table_args__ = (Index(None, "workspace_id", "user_id"),)
