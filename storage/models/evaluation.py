"""What replaying drafts gave: memos of single texts and scores, and a challenger's results draft by draft."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow


class Memo(SealedRow, Base):
    """An answer of a model that need not be asked for again; `key` is the SHA-256 of all that it depends on."""

    __tablename__ = "memos"
    __sealed_row_id__ = "key"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    key: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    run_id: Mapped[str] = mapped_column(CleanText(32))  # it goes with the run that needed it
    text_sealed: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(CleanText(64))  # a code: the model did not write
    created_at: Mapped[datetime]

    text = Sealed[str | None]()

    __table_args__ = (Index(None, "run_id"),)


class GateResult(Base):
    """How two releases wrote one held-out draft anew: figures from 0 to 1, higher is better."""

    __tablename__ = "gate_results"

    release_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)  # the challenger
    draft_id: Mapped[str] = mapped_column(CleanText(32), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(CleanText(64))
    champion_score: Mapped[float]
    challenger_score: Mapped[float]
    broke: Mapped[bool]  # a correction that the champion honours and the challenger does not
    checks: Mapped[dict[str, Any]] = mapped_column(JSON)  # scorer → [champion's, challenger's]
    measured_at: Mapped[datetime]

    __table_args__ = (Index(None, "workspace_id", "draft_id"),)
