"""Answers of models that are kept while a run lasts: a killed step asks nothing twice."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.llm.chat_model import ChatMessage, ModelUse
from storage.engine import Database
from storage.models import Memo


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered: a text, or the code of why it wrote none."""

    text: str | None
    failure: str | None


def key_of(messages: Sequence[ChatMessage], *, use: ModelUse, sampling: tuple[float, int], seed: int) -> str:
    """Return the SHA-256 of all that an answer depends on.

    Args:
        messages: the prompt.
        use: the weights.
        sampling: temperature, and the longest answer in tokens.
        seed: which of several answers to the same question.
    """
    asked = [[asdict(message) for message in messages], asdict(use), list(sampling), seed]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


class Memos:
    """The kept answers; their texts are sealed, and go when the run, or the trial without one, is over."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def find(self, workspace_id: str, *, key: str, run_id: str) -> Answer | None:
        """Return the answer to a question that this run put before."""
        async with self._database.read() as unit:
            memo = await unit.memos.find(workspace_id, key=scoped(key, run_id=run_id))
            return None if memo is None else Answer(memo.text, memo.failure)

    async def keep(self, workspace_id: str, *, key: str, run_id: str, answer: Answer) -> Answer:
        """Keep an answer and return the one that counts: the first, also in a race; nothing is kept once the run is over."""
        memo = Memo(
            workspace_id=workspace_id,
            key=scoped(key, run_id=run_id),
            run_id=run_id,
            text=answer.text,
            failure=answer.failure,
            created_at=self._clock(),
        )
        async with self._database.begin() as unit:
            is_kept = await unit.memos.is_over(run_id) or await unit.memos.keep(memo)
        first = None if is_kept else await self.find(workspace_id, key=key, run_id=run_id)
        return first or answer


def scoped(key: str, *, run_id: str) -> str:
    """Return the key of an answer within one run: when another run forgets its answers, this one keeps its own."""
    return hashlib.sha256(f"{run_id}:{key}".encode()).hexdigest()
