"""Drafts, their revisions, the Slack messages they appear in, and where each draft stands."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id


class Draft(SealedRow, Base):
    """A text the bot was asked for."""

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    channel_id: Mapped[str] = mapped_column(CleanText(64))
    thread_ts: Mapped[str | None] = mapped_column(CleanText(32))  # the thread it was asked in, if any
    requester_id: Mapped[str] = mapped_column(CleanText(64))
    task: Mapped[str] = mapped_column(CleanText(64))
    release: Mapped[str] = mapped_column(CleanText(64), default="base")
    source: Mapped[str] = mapped_column(CleanText(16))  # command, mention, shortcut, modal, api, recurring
    request_key: Mapped[str] = mapped_column(
        CleanText(255)
    )  # what Slack calls this request: the same ask is one draft
    brief_sealed: Mapped[str | None] = mapped_column(Text)
    context_sealed: Mapped[str | None] = mapped_column(Text)  # the thread it was asked in, as text
    state: Mapped[str] = mapped_column(CleanText(16), default="asked")  # asked, posted, failed
    failure: Mapped[str | None] = mapped_column(CleanText(64))  # a code, never a text
    attempt: Mapped[int] = mapped_column(Integer, default=1)  # each Retry is one more
    message_ts: Mapped[str | None] = mapped_column(CleanText(32))  # the message that carries the controls
    current_revision_id: Mapped[str | None] = mapped_column(CleanText(32))
    created_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]  # when enough people had flagged it to take its text out of sight
    external_id: Mapped[str | None] = mapped_column(CleanText(255))  # what a team's own system calls it
    own_metadata_sealed: Mapped[str | None] = mapped_column(
        Text
    )  # what that system wants to get back, as JSON
    request_hash: Mapped[str | None] = mapped_column(CleanText(64))  # SHA-256 of an API request's body
    feed_position: Mapped[int | None] = mapped_column(BigInteger)  # where the feed tells that it was posted

    brief = Sealed[str]()
    context = Sealed[str | None]()
    own_metadata = Sealed[str | None]()

    __table_args__ = (
        UniqueConstraint("workspace_id", "request_key"),
        Index(None, "workspace_id", "channel_id", "posted_at"),
        Index(None, "workspace_id", "requester_id"),
        Index(None, "workspace_id", "channel_id", "thread_ts"),  # finds the draft that a thread is about
        Index(None, "workspace_id", "external_id"),
        Index(None, "workspace_id", "feed_position", "posted_at"),
    )


class Revision(SealedRow, Base):
    """One text of a draft: generated, edited by a person, or revised from a correction."""

    __tablename__ = "revisions"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    draft_id: Mapped[str] = mapped_column(CleanText(32))
    number: Mapped[int]
    parent_id: Mapped[str | None] = mapped_column(CleanText(32))
    kind: Mapped[str] = mapped_column(CleanText(16))  # generated, supplied, edited, revised
    author_id: Mapped[str | None] = mapped_column(CleanText(64))  # the person who edited; None for the model
    correction_id: Mapped[str | None] = mapped_column(CleanText(32))
    text_sealed: Mapped[str | None] = mapped_column(Text)
    prompt_sealed: Mapped[str | None] = mapped_column(Text)  # the messages the model saw, as JSON
    model: Mapped[str | None] = mapped_column(CleanText(128))
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    created_at: Mapped[datetime]

    text = Sealed[str]()
    prompt = Sealed[str | None]()

    __table_args__ = (UniqueConstraint("draft_id", "number"), UniqueConstraint("draft_id", "correction_id"))


class DraftMessage(Base):
    """A Slack message that shows a draft or a revision: how feedback finds its draft."""

    __tablename__ = "draft_messages"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    channel_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    ts: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    draft_id: Mapped[str] = mapped_column(CleanText(32))
    revision_id: Mapped[str | None] = mapped_column(CleanText(32))
    part: Mapped[int] = mapped_column(default=0)  # 0 carries the controls; 1 … are the rest of a long text
    kind: Mapped[str] = mapped_column(CleanText(16), default="draft")  # draft, revision

    __table_args__ = (Index(None, "draft_id"),)


class DraftStanding(Base):
    """What all opinions on one draft add up to; kept in the ledger's transaction, rebuildable."""

    __tablename__ = "draft_standings"

    draft_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    positives: Mapped[int] = mapped_column(default=0)
    negatives: Mapped[int] = mapped_column(default=0)
    approvals: Mapped[int] = mapped_column(default=0)
    flags: Mapped[int] = mapped_column(default=0)
    corrections: Mapped[int] = mapped_column(default=0)  # standing replies and edits
    ratings: Mapped[int] = mapped_column(default=0)
    rating_total: Mapped[int] = mapped_column(default=0)
    verdict: Mapped[str] = mapped_column(CleanText(16), default="open")  # open, accepted, rejected
