"""Frozen dataset versions: what a training run saw, row by row, with every exclusion."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id


class DatasetVersion(Base):
    """A frozen, hashed set of training rows of one workspace."""

    __tablename__ = "dataset_versions"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(CleanText(64))  # SHA-256 over the rows of all kinds
    manifest: Mapped[dict[str, Any]] = mapped_column(JSON)  # hashes, counts, what shaped the rows: no texts
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("workspace_id", "number"),)


class DatasetRow(SealedRow, Base):
    """One training row of a dataset version, as the JSON line that a trainer gets."""

    __tablename__ = "dataset_rows"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    version_id: Mapped[str] = mapped_column(CleanText(32))
    kind: Mapped[str] = mapped_column(CleanText(16))  # sft, preference, kto
    split: Mapped[str] = mapped_column(CleanText(8))  # train, held_out
    position: Mapped[int]
    draft_id: Mapped[str | None] = mapped_column(CleanText(32))  # None: frozen before drafts were noted
    task: Mapped[str] = mapped_column(CleanText(64), default="")
    weight: Mapped[float] = mapped_column(default=1.0)
    line_sealed: Mapped[str | None] = mapped_column(Text)

    line = Sealed[str]()

    __table_args__ = (
        UniqueConstraint("version_id", "kind", "position"),
        Index(None, "workspace_id", "draft_id"),
    )


class DatasetExclusion(Base):
    """What is not in a dataset version, and why: one row for each signal; `source` is its event id."""

    __tablename__ = "dataset_exclusions"

    version_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    kind: Mapped[str] = mapped_column(CleanText(16))  # sft, preference, kto; signal: the act itself
    reason: Mapped[str] = mapped_column(CleanText(32))
    draft_id: Mapped[str | None] = mapped_column(CleanText(32))
    source: Mapped[str] = mapped_column(CleanText(255))
