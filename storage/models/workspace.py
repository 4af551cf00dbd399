"""Who we work for: workspaces, their channels and members, and how the bot got in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow


class Workspace(Base):
    """One Slack workspace (team) and its settings."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)  # Slack's team id
    name: Mapped[str] = mapped_column(CleanText, default="")
    bot_user_id: Mapped[str | None] = mapped_column(CleanText(64))
    bot_id: Mapped[str | None] = mapped_column(CleanText(64))
    timezone: Mapped[str] = mapped_column(CleanText(64), default="UTC")  # IANA name
    admin_channel_id: Mapped[str | None] = mapped_column(CleanText(64))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    attested_at: Mapped[datetime | None]  # an admin's statement that training on this data is allowed
    attested_by: Mapped[str | None] = mapped_column(CleanText(64))
    retrain_cron: Mapped[str | None] = mapped_column(CleanText(128))  # five fields, local time, weekday names
    next_retrain_at: Mapped[datetime | None]
    feed_end: Mapped[int] = mapped_column(BigInteger, default=0)  # the last place given in the feed
    created_at: Mapped[datetime]

    __table_args__ = (Index(None, "next_retrain_at"),)


class Channel(SealedRow, Base):
    """A channel the bot knows: its digest slot, and how it wants its drafts."""

    __tablename__ = "channels"
    __sealed_row_id__ = "id"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    name: Mapped[str] = mapped_column(CleanText, default="")
    bot_is_member: Mapped[bool] = mapped_column(default=False)
    archived: Mapped[bool] = mapped_column(default=False)
    default_task: Mapped[str] = mapped_column(CleanText(64), default="plain")
    tone_sealed: Mapped[str | None] = mapped_column(Text)  # how drafts here should sound, in an admin's words
    who_may_ask: Mapped[str] = mapped_column(
        CleanText(16), default="everybody"
    )  # everybody, reviewers, admins
    reviewer_group: Mapped[str | None] = mapped_column(CleanText(64))  # Slack's id of a user group
    reviewers_per_draft: Mapped[int] = mapped_column(default=1)
    digest_enabled: Mapped[bool] = mapped_column(default=True)
    digest_weekday: Mapped[str] = mapped_column(CleanText(3), default="fri")  # mon … sun
    digest_time: Mapped[str] = mapped_column(CleanText(5), default="15:00")  # local HH:MM
    next_digest_at: Mapped[datetime | None]
    refreshed_at: Mapped[datetime | None]  # when Slack was last asked about it
    greeted_at: Mapped[datetime | None]  # when the bot said hello there
    rules_need_admin: Mapped[bool] = mapped_column(
        default=False
    )  # no rule goes active here by evidence alone

    tone = Sealed[str | None]()

    __table_args__ = (Index(None, "next_digest_at"),)


class Member(SealedRow, Base):
    """A person (or bot) seen in a workspace; the name is sealed."""

    __tablename__ = "members"
    __sealed_row_id__ = "id"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)  # Slack's user id
    home_team_id: Mapped[str | None] = mapped_column(CleanText(64))  # differs in shared channels
    name_sealed: Mapped[str | None] = mapped_column(Text)
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_guest: Mapped[bool] = mapped_column(default=False)
    deactivated: Mapped[bool] = mapped_column(default=False)
    opted_out: Mapped[bool] = mapped_column(default=False)
    named_in_reports: Mapped[bool] = mapped_column(default=False)
    asks_stopped: Mapped[bool] = mapped_column(default=False)
    receipts: Mapped[bool] = mapped_column(default=True)  # wants the personal receipt by direct message
    thanked_at: Mapped[datetime | None]  # the first-contribution thanks is said once
    timezone: Mapped[str | None] = mapped_column(CleanText(64))
    refreshed_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime | None]  # when they first gave feedback
    held_from_us: Mapped[int | None] = mapped_column(BigInteger)  # what they do from then on is held back

    name = Sealed[str | None]()


class Installation(SealedRow, Base):
    """The bot token of a workspace that installed the app by OAuth."""

    __tablename__ = "installations"
    __sealed_row_id__ = "workspace_id"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    bot_token_sealed: Mapped[str | None] = mapped_column(Text)
    bot_user_id: Mapped[str] = mapped_column(CleanText(64))
    bot_id: Mapped[str | None] = mapped_column(CleanText(64))
    scopes: Mapped[str] = mapped_column(CleanText, default="")
    installed_by: Mapped[str | None] = mapped_column(CleanText(64))
    installed_at: Mapped[datetime]

    bot_token = Sealed[str]()
