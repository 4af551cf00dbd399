"""Narrow counters that statistics are read from; kept in the ledger's transaction, rebuildable."""

from datetime import date

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, CleanText

EVERYWHERE = "*"  # the channel of counters that sum up a whole workspace
EVERYBODY = tuple(f"*{shard}" for shard in range(8))  # their persons: several, so that writers seldom meet
GIVEN = "given"  # the measure of whoever gave any feedback at all, for counting people
OPINION_MEASURES = frozenset({"positive", "negative", "rating", "approval", "flag", "correction", "edit"})


class Tally(Base):
    """How often a measure happened on one UTC day, for one channel, task, release and person.

    Measures of opinions (`user_id` set, the day of the opinion): `positive`, `negative`, `rating` (total = sum of
    stars), `rating:1` … `rating:5`, `approval`, `flag`, `flag:CATEGORY`, `correction`, `edit` (total = edit distance
    in thousandths). Measures of drafts (`user_id` is the requester, the day it was posted): `draft`, `judged`, `accepted`,
    `flagged` (it carries a standing flag). Measures of implicit signals, which are no opinions: `implicit:used`,
    `implicit:reposted`, `implicit:ignored` (whose user_id is the draft's requester).

    With the channel `EVERYWHERE` stand the sums over all channels and people, spread over the persons `EVERYBODY`, and
    per real person the measure `GIVEN`.
    """

    __tablename__ = "tallies"

    workspace_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    task: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    release: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    measure: Mapped[str] = mapped_column(CleanText(64), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (Index(None, "workspace_id", "user_id", "day"),)
