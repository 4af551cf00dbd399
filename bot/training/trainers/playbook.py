"""The `playbook` trainer: single rules and the number of examples, tried on corrected drafts. No weights, no process.

It runs inside the bot, in slices: each `poll` goes on for a while. Nothing is kept but what models answered (sealed
memos) and the plan, so a killed bot repeats no paid call. What it leaves is a list of single changes to rules; what it
may touch stands in `playbook_plan.py`, which proposals are taken in `playbook_proposals.py`.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from bot.drafts.release_spec import overlay_json
from bot.errors import BotError
from bot.evaluation.exercises import TRAIN, Exercise
from bot.evaluation.memos import Answer, Memos
from bot.evaluation.replay import Replay
from bot.llm.chat_model import ModelMisconfigured
from bot.training.trainers.base import (
    Artefact,
    Progress,
    RunState,
    TrainerRefused,
    TrainerUnreachable,
    TrainingJob,
)
from bot.training.trainers.parts import TrainerParts
from bot.training.trainers.playbook_bench import Bench
from bot.training.trainers.playbook_meter import Meter
from bot.training.trainers.playbook_plan import (
    EXAMPLES,
    FEWEST_EXERCISES,
    MOST_REFLECTED,
    MOST_VALIDATED,
    Plan,
    build_plan,
)
from bot.training.trainers.playbook_search import Found, Search
from storage.models import TrainingRun
from storage.repositories.base import NotFound

SLICE_SECONDS: Final = 20.0
_PLAN: Final = "playbook:plan"
_END: Final = "playbook:end"
_RUN_ID: Final = re.compile(r"[A-Za-z0-9]{1,32}")
_AT_WORK: Final = frozenset({"frozen", "submitted", "running"})
_TOO_FEW: Final = f"Trying rules needs at least {FEWEST_EXERCISES} corrected drafts, and there are fewer yet."


class PlaybookTrainer:
    """Searches for a better playbook, one change of one rule at a time.

    Args:
        parts: of the running bot.
        budget: calls of a model that a run may make.
        slice_seconds: how long one `poll` goes on.
        monotonic: a clock in seconds.
    """

    name = "playbook"

    def __init__(
        self,
        parts: TrainerParts,
        *,
        budget: int,
        slice_seconds: float = SLICE_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._parts = parts
        self._budget = budget
        self._slice_seconds = slice_seconds
        self._monotonic = monotonic
        self._memos = Memos(parts.database, clock=parts.clock)
        self._benches: dict[str, Bench] = {}
        self._turn = asyncio.Lock()  # one search at a time in this process
        # Reads only: its models are never asked.
        self._reading = Replay(
            parts.database, prompts=parts.prompts, models=parts.models.using, clock=parts.clock
        )

    async def submit(self, job: TrainingJob) -> str:
        """Take a job if there is enough to try rules on; nothing is kept, `poll` does the work."""
        exercises = await self._exercises(job.workspace_id, version_id=job.version_id, task=job.task)
        if len(exercises) < FEWEST_EXERCISES:
            raise TrainerRefused(_TOO_FEW, code="too_few_corrections")
        return job.run_id

    async def poll(self, external_id: str) -> Progress:
        """Go on with the search for a while, and say how it stands."""
        run = await self._run(external_id)
        if run is None:
            return Progress(RunState.UNKNOWN, detail="no_such_run", final=True)
        async with self._turn:
            ended = await self._ended(run)
            if ended is not None:
                return ended
            if run.state not in _AT_WORK:
                return Progress(RunState.UNKNOWN, detail="not_running", final=True)
            return await self._go_on(run)

    async def cancel(self, external_id: str) -> None:
        """End the search; the slice that is under way stops before its next call."""
        run = await self._run(external_id)
        if run is None:
            return
        bench = self._benches.get(run.id)
        await self._end(run, {"state": RunState.CANCELLED})
        if bench is not None:
            bench.meter.stop.set()

    async def clean(self, external_id: str) -> None:
        """Forget what models answered; how it ended is still known."""
        run = await self._run(external_id)
        if run is None:
            return
        kept = await self._memos.find(run.workspace_id, key=_END, run_id=run.id)
        if kept is None and run.state in _AT_WORK:
            return
        async with self._parts.database.begin() as unit:
            await unit.memos.forget(run.id)
        if kept is not None:
            await self._memos.keep(run.workspace_id, key=_END, run_id=run.id, answer=kept)
        self._benches.pop(run.id, None)

    async def _go_on(self, run: TrainingRun) -> Progress:
        bench = self._benches.get(run.id) or await self._open(run)
        if not (bench.reflected and bench.validated):
            return await self._end(run, {"state": RunState.FAILED, "detail": "too_few_corrections"})
        search = Search(bench, most_evaluations=self._budget)
        bench.meter.begin()
        try:
            found = await search.run()
        except ModelMisconfigured as error:
            return await self._end(run, {"state": RunState.FAILED, "detail": error.code})
        except BotError as error:
            raise TrainerUnreachable(error.sentence, code=error.code) from None
        if found is None:
            # A cancel that came meanwhile is the end that was noted.
            return await self._ended(run) or Progress(RunState.RUNNING, done=self._share(search))
        return await self._end(run, _ending(bench, found))

    def _share(self, search: Search) -> float:
        return min(0.99, search.evaluations / self._budget)

    async def _open(self, run: TrainingRun) -> Bench:
        """Return a run's bench as it was, or as it is to be from now on."""
        exercises = await self._exercises(
            run.workspace_id, version_id=run.dataset_version_id or "", task=run.task
        )
        plan = await self._plan(run, exercises)
        async with self._parts.database.read() as unit:
            spent = await unit.memos.count(run.id)
        meter = Meter(
            self._parts.models,
            budget=self._budget,
            spent=max(0, spent - 1),
            seconds=self._slice_seconds,
            monotonic=self._monotonic,
        )
        replay = Replay(
            self._parts.database, prompts=self._parts.prompts, models=meter.using, clock=self._parts.clock
        )
        bench = Bench(
            plan,
            workspace_id=run.workspace_id,
            exercises=exercises,
            replay=replay,
            memos=self._memos,
            meter=meter,
        )
        self._benches[run.id] = bench
        return bench

    async def _plan(self, run: TrainingRun, exercises: Sequence[Exercise]) -> Plan:
        """Return what the run tries; made once, so that rules that people teach meanwhile change nothing of it."""
        kept = await self._memos.find(run.workspace_id, key=_PLAN, run_id=run.id)
        if kept is None:
            spec = await self._parts.casting.champion(run.workspace_id, task=run.task)
            async with self._parts.database.read() as unit:
                rules = await unit.rules.live(run.workspace_id)
            plan = build_plan(
                run.id,
                task=run.task,
                spec=spec,
                rules=rules,
                exercises=exercises,
                most_validated=self._budget // 4,
            )
            answer = Answer(plan.to_json(), None)
            kept = await self._memos.keep(run.workspace_id, key=_PLAN, run_id=run.id, answer=answer)
        return Plan.from_json(kept.text or "")

    async def _exercises(self, workspace_id: str, *, version_id: str, task: str) -> list[Exercise]:
        return await self._reading.exercises(
            workspace_id,
            version_id=version_id,
            split=TRAIN,
            task=task,
            limit=MOST_VALIDATED + MOST_REFLECTED,
        )

    async def _run(self, external_id: str) -> TrainingRun | None:
        if not _RUN_ID.fullmatch(external_id):
            raise TrainerRefused("This is not a run of the playbook trainer.", code="no_such_run")
        async with self._parts.database.read() as unit:
            try:
                return await unit.runs.get(external_id)
            except NotFound:
                return None

    async def _end(self, run: TrainingRun, ending: dict[str, Any]) -> Progress:
        """Note how it ended; the first end that was noted stands."""
        answer = Answer(json.dumps(ending, ensure_ascii=False), None)
        kept = await self._memos.keep(run.workspace_id, key=_END, run_id=run.id, answer=answer)
        self._benches.pop(run.id, None)
        return _progress(kept)

    async def _ended(self, run: TrainingRun) -> Progress | None:
        kept = await self._memos.find(run.workspace_id, key=_END, run_id=run.id)
        return None if kept is None else _progress(kept)


def _ending(bench: Bench, found: Found) -> dict[str, Any]:
    """Return how a search ended, for its memo: the changes of rules, and figures without a text."""
    result: dict[str, Any] = {
        "calls": bench.meter.spent,
        "drafts": len(bench.validated),
        "candidates": found.tried,
        "score_before": round(found.before, 4),
        "score_after": round(found.after, 4),
    }
    if found.best is None:
        return {"state": RunState.SUCCEEDED, "result": result}
    changes = bench.plan.changes(found.best)
    for action in ("reword", "drop", "add"):
        result[f"rules_{action}"] = sum(change.action == action for change in changes)
    examples = int(found.best[EXAMPLES])
    return {
        "state": RunState.SUCCEEDED,
        "result": result,
        "overlay": overlay_json(changes),
        "examples": None if examples == bench.plan.spec.examples else examples,
    }


def _progress(kept: Answer) -> Progress:
    ending = json.loads(kept.text or "{}")
    state = RunState(ending["state"])
    overlay = ending.get("overlay")
    return Progress(
        state,
        ending.get("result", {}),
        detail=ending.get("detail", "cancelled" if state == RunState.CANCELLED else None),
        done=1.0 if state == RunState.SUCCEEDED else None,
        artefact=None if overlay is None else Artefact("overlay", overlay, examples=ending["examples"]),
    )
