"""Tallies: the narrow counters behind all statistics."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any
from zlib import crc32

from sqlalchemy import delete

from storage.models import Tally
from storage.models.tally import EVERYBODY, EVERYWHERE, GIVEN, OPINION_MEASURES
from storage.repositories.base import Repository

_ROWS_PER_STATEMENT = 500
_KEY = ("workspace_id", "day", "channel_id", "task", "release", "user_id", "measure")


@dataclass(frozen=True, slots=True)
class TallyDelta:
    """By how much one counter changes; `day` is a UTC day."""

    workspace_id: str
    day: date
    channel_id: str
    task: str
    release: str
    user_id: str
    measure: str
    n: int
    total: int = 0

    @property
    def key(self) -> tuple[str, date, str, str, str, str, str]:
        """What the counter counts."""
        return (
            self.workspace_id,
            self.day,
            self.channel_id,
            self.task,
            self.release,
            self.user_id,
            self.measure,
        )


def with_sums(deltas: Iterable[TallyDelta]) -> Iterator[TallyDelta]:
    """Yield each difference, and what it adds to the counters of the whole workspace.

    Those make a workspace's figures independent of how many channels and people it has.
    """
    for delta in deltas:
        yield delta
        shard = EVERYBODY[crc32(delta.user_id.encode()) % len(EVERYBODY)]
        yield replace(delta, channel_id=EVERYWHERE, user_id=shard)
        if delta.measure in OPINION_MEASURES:
            yield replace(delta, channel_id=EVERYWHERE, measure=GIVEN, total=0)


class Tallies(Repository):
    """Counters that change in the same transaction as what they count."""

    async def add(self, deltas: Iterable[TallyDelta]) -> None:
        """Add to the counters; those of one key are summed first, and keys are taken in order so no two wait in a ring."""
        rows = iter(merged(deltas))
        while chunk := list(islice(rows, _ROWS_PER_STATEMENT)):
            insert = self._insert(Tally).values(chunk)
            await self._session.execute(
                insert.on_conflict_do_update(
                    index_elements=_KEY,
                    set_={"n": Tally.n + insert.excluded.n, "total": Tally.total + insert.excluded.total},
                )
            )

    async def clear(self, workspace_id: str) -> None:
        """Forget the workspace's counters: a rebuild counts anew."""
        await self._session.execute(delete(Tally).where(Tally.workspace_id == workspace_id))


def merged(deltas: Iterable[TallyDelta]) -> list[dict[str, Any]]:
    """Return the rows that these differences (and their sums) change: one per key, in the order of the keys."""
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for delta in with_sums(deltas):
        sums[delta.key][0] += delta.n
        sums[delta.key][1] += delta.total
    return [
        {**dict(zip(_KEY, key, strict=True)), "n": n, "total": total}
        for key, (n, total) in sorted(sums.items())
        if n or total
    ]
