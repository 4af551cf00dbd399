"""The inbox: raw events as they came. On SQLite it is a file of its own, so it has a base of its own."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.types import Base, CleanText, UtcDateTime


class InboxBase(DeclarativeBase):
    """Base of the inbox tables: another metadata, for another file."""

    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy's declarative option


class InboxEvent(InboxBase):
    """One Slack event as it was received; the body is sealed."""

    __tablename__ = "inbox_events"

    sequence: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    event_id: Mapped[str] = mapped_column(CleanText(255), unique=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    type: Mapped[str] = mapped_column(CleanText(64))
    body_sealed: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(CleanText(8), default="new")  # new, done, parked
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(CleanText(64))
    claimed_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(CleanText(255))  # class and reference, never a text

    __table_args__ = (Index(None, "state", "next_try_at", "sequence"),)
