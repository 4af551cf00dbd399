"""Releases: everything that writes drafts, numbered and unchangeable; which of them is live where; what each changed."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id

EVERY_TASK = ""  # the seat of every task that has none of its own


class Release(SealedRow, Base):
    """A model, how it is asked, and single changes to the live rules; its columns never change, apart from its state."""

    __tablename__ = "releases"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    number: Mapped[int]  # `r7` to people: counted over all tasks of the workspace
    task: Mapped[str] = mapped_column(CleanText(64), default=EVERY_TASK)
    origin: Mapped[str] = mapped_column(CleanText(16))  # settings, manual, or a trainer's name
    parent_id: Mapped[str | None] = mapped_column(CleanText(32))
    run_id: Mapped[str | None] = mapped_column(CleanText(32))
    dataset_version_id: Mapped[str | None] = mapped_column(CleanText(32))
    model: Mapped[str] = mapped_column(CleanText(255))  # as the endpoint knows it
    tuned: Mapped[bool] = mapped_column(default=False)  # whether the weights were trained on the team's texts
    adapter: Mapped[str | None] = mapped_column(CleanText(64))  # SHA-256 of a local adapter's file
    temperature: Mapped[float]
    max_tokens: Mapped[int]
    layout: Mapped[str] = mapped_column(CleanText(16))  # sections, turns
    examples: Mapped[int]  # most examples in a prompt
    overlay_sealed: Mapped[str | None] = mapped_column(Text)  # changes to single rules, as JSON
    snapshot_sealed: Mapped[str | None] = mapped_column(
        Text
    )  # the playbook when it was made, as JSON: for diffs
    fingerprint: Mapped[str] = mapped_column(CleanText(64))  # SHA-256 of all that writes
    house: Mapped[str] = mapped_column(Text, default="{}")  # the deployment's settings then, as JSON
    state: Mapped[str] = mapped_column(
        CleanText(16), default="candidate"
    )  # candidate, live, retired, rejected
    reason: Mapped[str] = mapped_column(CleanText(64), default="")  # a code: why it is in that state
    created_by: Mapped[str] = mapped_column(CleanText(64))
    created_at: Mapped[datetime]
    marked_at: Mapped[datetime | None]  # trained on what has been erased since

    overlay = Sealed[str]()
    snapshot = Sealed[str | None]()

    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        Index(None, "workspace_id", "created_at"),
        Index(None, "run_id"),
    )


class ReleaseSeat(Base):
    """Who writes a task's drafts: the champion, and the challenger that is tried against it."""

    __tablename__ = "release_seats"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    task: Mapped[str] = mapped_column(CleanText(64), primary_key=True)  # EVERY_TASK, or one task's name
    champion_id: Mapped[str] = mapped_column(CleanText(32))
    previous_id: Mapped[str | None] = mapped_column(CleanText(32))  # where a rollback leads
    before_id: Mapped[str | None] = mapped_column(CleanText(32))  # who wrote until the latest change
    challenger_id: Mapped[str | None] = mapped_column(CleanText(32))
    trial_id: Mapped[str | None] = mapped_column(CleanText(32))  # the trial that is open here
    version: Mapped[int] = mapped_column(default=1)  # goes up with every promotion and rollback
    changed_by: Mapped[str] = mapped_column(CleanText(64))
    changed_at: Mapped[datetime]


class ReleaseChange(SealedRow, Base):
    """One rule that a promotion changed, and how it was: what a rollback takes back."""

    __tablename__ = "release_changes"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    release_id: Mapped[str] = mapped_column(CleanText(32))
    position: Mapped[int]
    rule_id: Mapped[str] = mapped_column(CleanText(32))
    action: Mapped[str] = mapped_column(CleanText(16))  # drop, reword, add
    before_version: Mapped[int | None]
    after_version: Mapped[int]
    before_sealed: Mapped[str | None] = mapped_column(Text)  # topic, stance and text before it, as JSON
    changed_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_version: Mapped[
        int | None
    ]  # of the rule once that was taken back: it says what `before_version` said

    before = Sealed[str | None]()

    __table_args__ = (UniqueConstraint("release_id", "position"), Index(None, "workspace_id", "rule_id"))
