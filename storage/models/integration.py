"""How a team's own systems talk with us: API tokens, outcomes they report, webhooks we call."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id


class ApiToken(Base):
    """A token of one workspace; only its hash is kept, and it is shown once."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    name: Mapped[str] = mapped_column(CleanText(80))
    hash: Mapped[str] = mapped_column(CleanText(64), unique=True)  # SHA-256 of 256 random bits
    hint: Mapped[str] = mapped_column(CleanText(16))  # its first characters, for people to tell it by
    scopes: Mapped[str] = mapped_column(CleanText(255))  # separated by spaces
    created_by: Mapped[str] = mapped_column(CleanText(64))  # a member's id, or `cli`
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "workspace_id"),)


class Outcome(Base):
    """A team's own result for a draft: an ATS score, a conversion, a reply rate and the like."""

    __tablename__ = "outcomes"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    draft_id: Mapped[str] = mapped_column(CleanText(32))
    name: Mapped[str] = mapped_column(CleanText(64))
    value: Mapped[float]
    measured_at: Mapped[datetime]
    received_at: Mapped[datetime]
    token_id: Mapped[str] = mapped_column(CleanText(32))
    feed_position: Mapped[int | None] = mapped_column(BigInteger)  # its place in the feed

    __table_args__ = (
        UniqueConstraint(
            "draft_id", "name", "measured_at"
        ),  # reported twice it is one; a later value replaces
        Index(None, "workspace_id", "name", "measured_at"),
        Index(None, "workspace_id", "feed_position", "received_at"),
    )


class Webhook(SealedRow, Base):
    """An address of a team that hears of what happens, in order, at least once."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    url_sealed: Mapped[str | None] = mapped_column(Text)
    secret_sealed: Mapped[str | None] = mapped_column(Text)
    cursor: Mapped[str] = mapped_column(CleanText(255), default="")  # how far it has heard, as in the feed
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    delivered: Mapped[int] = mapped_column(BigInteger, default=0)
    next_at: Mapped[datetime | None]  # when to call next; None while disabled
    last_status: Mapped[str | None] = mapped_column(CleanText(64))  # `200`, or why it did not work
    created_by: Mapped[str] = mapped_column(CleanText(64))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    url = Sealed[str]()
    secret = Sealed[str]()

    __table_args__ = (Index(None, "workspace_id"), Index(None, "next_at"))
