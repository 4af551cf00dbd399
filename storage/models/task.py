"""Tasks of a workspace: its own kinds of drafts, and its own words for ours."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText, Sealed, SealedRow


class TeamTask(SealedRow, Base):
    """A task as a workspace's admins wrote it; one with a built-in's name takes that one's place."""

    __tablename__ = "tasks"
    __sealed_row_id__ = "name"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    name: Mapped[str] = mapped_column(CleanText(64), primary_key=True)  # lower case, digits and hyphens
    title_sealed: Mapped[str | None] = mapped_column(Text)
    instructions_sealed: Mapped[str | None] = mapped_column(Text)
    retired: Mapped[bool] = mapped_column(default=False)  # no longer offered; old drafts keep the name
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(CleanText(64))

    title = Sealed[str]()
    instructions = Sealed[str]()
