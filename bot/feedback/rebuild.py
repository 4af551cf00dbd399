"""Works out standings and tallies anew from the opinions: what `draftloop db rebuild-rollups` runs."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from bot.feedback.acts import Belief
from bot.feedback.tallying import OPEN, counts_of, opinion_deltas, posted_deltas, verdict_of
from storage.repositories import DraftPlace, Standing, TallyDelta
from storage.unit_of_work import UnitOfWork

_BATCH = 2000


async def rebuild_workspace(unit: UnitOfWork, *, workspace_id: str) -> None:
    """Replace a workspace's standings and tallies by what its opinions and drafts say."""
    await unit.ledger.pause_writers()
    await unit.feedback.clear_standings(workspace_id)
    await unit.tallies.clear(workspace_id)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    deltas = _Deltas(unit)
    async for place, held in unit.ledger.opinions_with_places(workspace_id):
        belief = Belief(held.kind, held.value, held.event_us)
        if adds := counts_of(belief):
            counts[held.draft_id].update(adds)
        await deltas.take(opinion_deltas(place, user_id=held.user_id, belief=belief, sign=1))
    async for place in unit.ledger.places(workspace_id):
        verdict = await _stand(unit, place, counts.get(place.draft_id))
        flags = counts[place.draft_id]["flags"] if place.draft_id in counts else 0
        await deltas.take(posted_deltas(place, verdict=verdict, flags=flags))
    await deltas.write()


async def _stand(unit: UnitOfWork, place: DraftPlace, counts: Counter[str] | None) -> str:
    if counts is None:
        return OPEN
    counted = Standing(
        positives=counts["positives"],
        negatives=counts["negatives"],
        approvals=counts["approvals"],
        flags=counts["flags"],
        corrections=counts["corrections"],
        ratings=counts["ratings"],
        rating_total=counts["rating_total"],
    )
    standing = replace(counted, verdict=verdict_of(counted))
    await unit.ledger.write_standing(place, standing)
    return standing.verdict


class _Deltas:
    """Collects differences and writes them a batch at a time: a workspace may have millions."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._waiting: list[TallyDelta] = []

    async def take(self, deltas: Iterable[TallyDelta]) -> None:
        self._waiting.extend(deltas)
        if len(self._waiting) >= _BATCH:
            await self.write()

    async def write(self) -> None:
        await self._unit.tallies.add(self._waiting)
        self._waiting.clear()
