"""A workspace's ledger as material for training rows: a few hundred drafts at a time, each with its whole story.

No transaction stays open between two pages, so a pass may take as long as it needs. What people do meanwhile may or may
not be seen: whoever makes two passes knows each candidate by its fingerprint.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Final

from bot.scoring.labels import Rating
from bot.scoring.weights import GOOD, PLAINNESS, ratings_of
from bot.training.weights import Beliefs
from storage.engine import Database
from storage.models import Anchor, AnchorAnswer
from storage.queries.training import Circumstances, Material
from storage.repositories.rater_weights import Judgement
from storage.unit_of_work import UnitOfWork

MOST_JUDGED: Final = (
    50_000  # The latest opinions that people's votes are measured by; older drafts go by the result.
)


async def pages(database: Database, workspace_id: str) -> AsyncIterator[Material]:
    """Yield all drafts that people touched, by their ids."""
    after = ""
    while True:
        async with database.read() as unit:
            material = await unit.training.material(workspace_id, after=after)
        if not material.drafts:
            return
        yield material
        after = material.drafts[-1].id


class Opinions:
    """What people said of drafts, and what is verified: the evidence behind beliefs."""

    def __init__(
        self, judgements: Sequence[Judgement], *, anchors: Sequence[Anchor], answers: Sequence[AnchorAnswer]
    ) -> None:
        self._judgements = judgements
        self._anchors = {anchor.draft_id: anchor for anchor in anchors}
        self._answers = answers

    @classmethod
    async def read(cls, unit: UnitOfWork, workspace_id: str) -> "Opinions":
        """Read the latest of them."""
        judgements = await unit.rater_weights.judgements(
            workspace_id, dimensions=PLAINNESS, since_us=0, at_most=MOST_JUDGED
        )
        anchors = await unit.anchors.of_workspace(workspace_id)
        answers = await unit.anchors.answers_of_workspace(workspace_id)
        return cls(judgements, anchors=anchors, answers=answers)

    def beliefs(self, circumstances: Circumstances) -> Beliefs:
        """Work out how far people are believed; up to a second of arithmetic."""
        truth = {draft_id: anchor.verdict == GOOD for draft_id, anchor in self._anchors.items()}
        return Beliefs.of(self._by_task(circumstances), anchors=truth, style=circumstances.style)

    def _by_task(self, circumstances: Circumstances) -> dict[str, list[Rating]]:
        tasks = {one.draft_id: one.task for one in self._judgements}
        tasks |= {draft_id: anchor.task for draft_id, anchor in self._anchors.items()}
        asked = [
            Rating(one.user_id, one.draft_id, one.answer == GOOD)
            for one in self._answers
            if one.draft_id in self._anchors
        ]
        ratings: dict[str, list[Rating]] = defaultdict(list)
        for rating in (*ratings_of(self._judgements), *asked):
            if rating.rater not in circumstances.opted_out and not self._verified_by(rating):
                ratings[tasks[rating.item]].append(rating)
        return ratings

    def _verified_by(self, rating: Rating) -> bool:
        anchor = self._anchors.get(rating.item)
        return anchor is not None and anchor.marked_by == rating.rater
