"""The reflective, Pareto-kept search over single rules, with the `gepa` package (Agrawal et al. 2025).

The package runs in a thread of its own; what it asks for is done on the loop. It never gets a folder to write to, as
it would write people's texts in clear, and what it would log is dropped. The same plan and the same memos give the
same path, so a slice begins anew and is where the last one ended at once.
"""

import asyncio
import concurrent.futures
import random
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from gepa.api import optimize
from gepa.core.adapter import EvaluationBatch
from gepa.core.result import GEPAResult

from bot.evaluation.exercises import Exercise
from bot.training.trainers.playbook_bench import Bench, Measured
from bot.training.trainers.playbook_meter import BudgetSpent, SliceOver
from bot.training.trainers.playbook_plan import EXAMPLES, MOST_EXAMPLES, Candidate

MINIBATCH: Final = 3
LEAST_GAIN: Final = 0.005  # of the mean score; less is not worth anybody's trial
_LOOK_SECONDS: Final = 0.5
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Args:
        best: the best candidate; None when none is better than the champion.
        before, after: mean score of the champion, and of the best candidate, on the drafts they were chosen by.
        tried: candidates that were kept on the way.
    """

    best: dict[str, str] | None
    before: float
    after: float
    tried: int


_NOTHING: Final = Found(None, 0.0, 0.0, 0)


class Search:
    """One run of the package, from the beginning to the end of a slice."""

    def __init__(self, bench: Bench, *, most_evaluations: int) -> None:
        self._bench = bench
        self._most = most_evaluations
        self.evaluations = 0

    async def run(self) -> Found | None:
        """Search on; None when the slice is over before the search is.

        Raises:
            BotError: a model did not answer.
        """
        try:
            return await self._in_thread(self._most)
        except SliceOver:
            return None
        except BudgetSpent:
            return await self._once_more()

    async def _once_more(self) -> Found:
        """Find what the last whole step had found: all of it is known, so nothing is paid for it."""
        if not self.evaluations:
            return _NOTHING
        try:
            return await self._in_thread(self.evaluations)
        except (SliceOver, BudgetSpent):
            return _NOTHING  # Somebody opted out meanwhile, and the steps are others now.

    async def _in_thread(self, most: int) -> Found:
        work = asyncio.create_task(asyncio.to_thread(self._optimize, asyncio.get_running_loop(), most))
        try:
            return await asyncio.shield(work)
        finally:
            # Whoever stops waiting stops the thread too, which would go on paying otherwise.
            if not work.done():
                self._bench.meter.stop.set()
                await asyncio.gather(work, return_exceptions=True)

    def _optimize(self, loop: asyncio.AbstractEventLoop, most: int) -> Found:
        adapter: Any = _Adapter(
            self._bench, loop
        )  # Their protocol wants an attribute where we have a method.
        result: GEPAResult[Any, Any] = optimize(
            seed_candidate=self._bench.plan.seed,
            trainset=self._bench.reflected,
            valset=self._bench.validated,
            adapter=adapter,
            max_metric_calls=most,
            stop_callbacks=[self._stops],
            reflection_minibatch_size=min(MINIBATCH, len(self._bench.reflected)),
            logger=_Nobody(),
            raise_on_exception=True,
            display_progress_bar=False,
            track_best_outputs=False,
            seed=0,
        )
        return _found(result.candidates, result.val_aggregate_scores)

    def _stops(self, gepa_state: Any) -> bool:
        self.evaluations = gepa_state.total_num_evals
        return self._bench.meter.stop.is_set()


class _Nobody:
    """Hears what the package would log: people's texts are in it."""

    def log(self, message: str) -> None:
        """Drop it."""


class _Adapter:
    """What the package asks of us, on its thread."""

    def __init__(self, bench: Bench, loop: asyncio.AbstractEventLoop) -> None:
        self._bench = bench
        self._loop = loop
        self._asked = 0

    def evaluate(
        self,
        batch: list[Exercise],
        candidate: dict[str, str],
        capture_traces: bool = False,  # noqa: FBT001, FBT002 - The package's own signature.
    ) -> EvaluationBatch[Measured, str | None]:
        measured = self._on_loop(self._bench.measure(batch, candidate))
        return EvaluationBatch(
            outputs=[one.text for one in measured],
            scores=[one.score for one in measured],
            trajectories=measured if capture_traces else None,
        )

    def make_reflective_dataset(
        self,
        candidate: dict[str, str],  # noqa: ARG002 - The package's own signature.
        eval_batch: EvaluationBatch[Measured, str | None],
        components_to_update: list[str],
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        seen = [{"measured": one} for one in eval_batch.trajectories or []]
        return dict.fromkeys(components_to_update, seen)

    def propose_new_texts(
        self,
        candidate: dict[str, str],
        reflective_dataset: Mapping[str, Sequence[Mapping[str, Any]]],
        components_to_update: list[str],
    ) -> dict[str, str]:
        """Return one component's next text: the playbook is never written anew."""
        component = components_to_update[0]
        self._asked += 1
        if component == EXAMPLES:
            return {component: _other_examples(candidate, number=self._asked)}
        seen = [record["measured"] for record in reflective_dataset[component]]
        proposed = self._bench.propose(candidate, component, seen=seen, number=self._asked)
        return {component: self._on_loop(proposed)}

    def _on_loop(self, call: Coroutine[Any, Any, _Result]) -> _Result:
        """Do something on the loop and wait for it, as long as there is one."""
        future = asyncio.run_coroutine_threadsafe(call, self._loop)
        while True:
            try:
                return future.result(_LOOK_SECONDS)
            except concurrent.futures.TimeoutError:
                if future.done():
                    raise
                if self._loop.is_closed() or self._bench.meter.stop.is_set():
                    future.cancel()
                    raise SliceOver from None


def _other_examples(candidate: Candidate, *, number: int) -> str:
    """Draw another number of examples: it needs no model to think of one."""
    others = [str(each) for each in range(MOST_EXAMPLES + 1) if str(each) != candidate[EXAMPLES]]
    return random.Random(number).choice(others)  # noqa: S311 - It is no secret, and must be the same again.


def _found(candidates: Sequence[dict[str, str]], scores: Sequence[float]) -> Found:
    """Choose the best candidate; of equals the one that changes least."""
    seed = candidates[0]
    changed = [sum(seed[name] != text for name, text in candidate.items()) for candidate in candidates]
    best = max(range(len(candidates)), key=lambda at: (round(scores[at], 9), -changed[at]))
    is_better = scores[best] >= scores[0] + LEAST_GAIN
    return Found(candidates[best] if is_better else None, scores[0], scores[best], len(candidates))
