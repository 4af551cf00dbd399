"""Recurring briefs: what is drafted again every week."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id


class RecurringBrief(SealedRow, Base):
    """A brief that is asked for on some weekdays at a local time of its workspace."""

    __tablename__ = "recurring_briefs"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    number: Mapped[int]  # what people call it: 1, 2, 3 … within the workspace
    channel_id: Mapped[str] = mapped_column(CleanText(64))
    creator_id: Mapped[str] = mapped_column(CleanText(64))
    request_key: Mapped[str] = mapped_column(CleanText(255))  # the command that made it: sent twice it is one
    brief_sealed: Mapped[str | None] = mapped_column(Text)
    task: Mapped[str | None] = mapped_column(CleanText(64))  # None: the channel's default when it is due
    weekdays: Mapped[str] = mapped_column(CleanText(32))  # `fri`, or `mon,wed`
    local_time: Mapped[str] = mapped_column(CleanText(5))  # HH:MM
    state: Mapped[str] = mapped_column(CleanText(16), default="active")  # active, paused, deleted
    next_at: Mapped[datetime | None]  # None unless active
    created_at: Mapped[datetime]

    brief = Sealed[str]()

    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "request_key"),
        Index(None, "next_at"),
    )
