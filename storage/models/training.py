"""Training runs: one try of a trainer on a dataset version."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow, new_id


class TrainingRun(SealedRow, Base):
    """One try of a trainer, up to what became of it; `key` says what asked for it, so that one cause starts one run."""

    __tablename__ = "training_runs"

    id: Mapped[str] = mapped_column(CleanText(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    key: Mapped[str] = mapped_column(
        CleanText(128)
    )  # `cron:2026-11-23T02:00`, `threshold:40`, `command:TRIGGER`
    trigger: Mapped[str] = mapped_column(CleanText(16))  # cron, threshold, command, api
    requested_by: Mapped[str | None] = mapped_column(CleanText(64))
    trainer: Mapped[str] = mapped_column(CleanText(16))
    dataset_version_id: Mapped[str | None] = mapped_column(CleanText(32))
    state: Mapped[str] = mapped_column(
        CleanText(16)
    )  # queued, asked, frozen, submitted, running, trained, gated, trying, decided; short, succeeded, failed, cancelled, unknown
    submission_key: Mapped[str] = mapped_column(CleanText(64))  # what the trainer knows this job by
    external_id: Mapped[str | None] = mapped_column(CleanText(255))
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    failure: Mapped[str | None] = mapped_column(CleanText(255))
    task: Mapped[str] = mapped_column(CleanText(64), default="")  # whose drafts it is about; "": every task
    progress: Mapped[float | None]  # of the training, 0 … 1, where the trainer tells
    artefact_sealed: Mapped[str | None] = mapped_column(Text)  # what was trained, as JSON
    release_id: Mapped[str | None] = mapped_column(CleanText(32))  # the challenger that it became
    trial_id: Mapped[str | None] = mapped_column(CleanText(32))
    outcome: Mapped[str | None] = mapped_column(
        CleanText(16)
    )  # promoted, offered, worse, not_enough, stopped, archived: a code of how a challenger ended
    cancel_requested_at: Mapped[datetime | None]
    cleaned_at: Mapped[datetime | None]  # when what lay at the trainer's was deleted
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    artefact = Sealed[str | None]()

    __table_args__ = (UniqueConstraint("workspace_id", "key"), Index(None, "workspace_id", "created_at"))
