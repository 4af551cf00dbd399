"""Weekly digests: one row per channel and local ISO week, so that each is posted once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText


class Digest(Base):
    """The digest of one channel for one local ISO week (`2026-W47`)."""

    __tablename__ = "digests"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    channel_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    period: Mapped[str] = mapped_column(CleanText(8), primary_key=True)
    state: Mapped[str] = mapped_column(CleanText(16))  # due, posted, empty, failed
    due_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    message_ts: Mapped[str | None] = mapped_column(CleanText(32))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # numbers only, no texts
    finished_at: Mapped[datetime | None]
