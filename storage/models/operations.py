"""What keeps the machine honest: posts that happen once, living replicas, the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id


class Post(Base):
    """A message the bot posts at most once, by its own key; `ts` is known once Slack answered."""

    __tablename__ = "posts"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    key: Mapped[str] = mapped_column(CleanText(128), primary_key=True)
    channel_id: Mapped[str] = mapped_column(CleanText(64))
    ts: Mapped[str | None] = mapped_column(CleanText(64))  # a message's ts, or an upload's file id
    attempted_at: Mapped[datetime]


class Replica(Base):
    """A running process and when it was last alive."""

    __tablename__ = "replicas"

    id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    version: Mapped[str] = mapped_column(CleanText(32))
    stopped: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index(None, "beat_at"),)


class AuditEntry(Base):
    """Something an admin or the program decided, with its reason."""

    __tablename__ = "audit_entries"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(CleanText(64))  # a member's id, or `program`
    action: Mapped[str] = mapped_column(CleanText(64))
    subject: Mapped[str] = mapped_column(CleanText(255))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (Index(None, "workspace_id", "at"),)


class KeyCheck(SealedRow, Base):
    """A sealed word that only the deployment's own keys open: a wrong key is noticed before it writes anything."""

    __tablename__ = "key_checks"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64), default="")
    word_sealed: Mapped[str | None] = mapped_column(Text)

    word = Sealed[str]()
