"""How alike briefs are in meaning, by vectors of an embeddings endpoint; in memory alone, and always optional."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from bot.llm.openai_embeddings import EmbeddingsUnavailable, OpenAIEmbeddings, Vectors
from bot.logs import get_logger

log = get_logger(__name__)
MOST: Final = (
    20_000  # drafts with a vector, per workspace: the first to come, which are the newest when it is built
)
REST: Final = 60.0  # seconds without a question after the endpoint failed
PATIENCE: Final = 1.0  # seconds a draft waits for the vectors of other drafts
_BATCH: Final = 256
_MOST_ALIKE: Final = 200


class Meaning:
    """The vectors of one workspace's briefs."""

    def __init__(self, embeddings: OpenAIEmbeddings) -> None:
        self._embeddings = embeddings
        self._waiting: dict[str, str] = {}
        self._ids: list[str] = []
        self._known: set[str] = set()
        self._vectors: Vectors = np.zeros((0, 0), np.float32)
        self._work: asyncio.Task[None] | None = None
        self._rests_until = 0.0

    def __len__(self) -> int:
        return len(self._ids)

    def want(self, briefs: Iterable[tuple[str, str]]) -> None:
        """Take drafts, by id and brief, that are to get a vector."""
        for draft_id, brief in briefs:
            if draft_id not in self._known and len(self._known) < MOST:
                self._known.add(draft_id)
                self._waiting[draft_id] = brief

    async def similar(self, brief: str) -> Mapping[str, float]:
        """Return the drafts that mean most what a brief means, 0 … 1; none when the endpoint fails.

        What is usual between any two briefs of the workspace counts as 0: endpoints differ much in that.
        """
        if asyncio.get_running_loop().time() < self._rests_until:
            return {}
        try:
            await self._catch_up()
            (own,) = await self._embeddings.embed([brief])
        except EmbeddingsUnavailable as error:
            self._rest(error)
            return {}
        return self._nearest(own)

    async def close(self) -> None:
        """Stop asking for vectors."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def _catch_up(self) -> None:
        """Get the vectors that are missing, beside the draft where they are many."""
        if self._waiting and (self._work is None or self._work.done()):
            self._work = asyncio.create_task(self._fill())
        if self._work is not None:
            await asyncio.wait([self._work], timeout=PATIENCE)

    async def _fill(self) -> None:
        try:
            while self._waiting:
                batch = list(self._waiting.items())[:_BATCH]
                self._keep(
                    [draft_id for draft_id, _ in batch],
                    await self._embeddings.embed([brief for _, brief in batch]),
                )
        except EmbeddingsUnavailable as error:
            self._rest(error)

    def _keep(self, draft_ids: list[str], vectors: Vectors) -> None:
        for draft_id in draft_ids:
            self._waiting.pop(draft_id, None)
        if self._vectors.shape[1] != vectors.shape[1]:
            self._ids, self._vectors = [], np.zeros((0, vectors.shape[1]), np.float32)
        self._ids += draft_ids
        self._vectors = np.concatenate([self._vectors, vectors])

    def _nearest(self, own: Vectors) -> dict[str, float]:
        if not self._ids or self._vectors.shape[1] != len(own):
            return {}
        near = self._vectors @ own
        usual = float(np.median(near)) if len(near) > 2 else 0.0
        scaled = np.clip((near - usual) / max(1e-6, 1 - usual), 0, 1)
        best = np.argsort(-scaled, kind="stable")[:_MOST_ALIKE].tolist()
        return {self._ids[place]: float(scaled[place]) for place in best}

    def _rest(self, error: EmbeddingsUnavailable) -> None:
        self._rests_until = asyncio.get_running_loop().time() + REST
        log.warning("embeddings_rest", code=error.code, seconds=REST)
