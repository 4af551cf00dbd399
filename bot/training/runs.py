"""Training runs are asked for once per cause; a second one joins the first or waits for its turn; any can be cancelled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.errors import BotError
from bot.runtime.durable import TRAINING, Durable
from bot.training.run_record import (
    AFTER_TRAINING,
    GRACE,
    RunLine,
    RunPolicy,
    end_run,
    line_of,
    note_run,
)
from bot.training.trainers.base import Trainer
from storage.engine import Database
from storage.models import TrainingRun
from storage.repositories.training_runs import QUEUED
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

__all__ = ["Asked", "NoTrainer", "NothingToCancel", "RunLine", "TrainingRuns", "Trigger"]

Trigger = Literal["cron", "threshold", "command", "api"]
WORKFLOW: Final = "pipeline"
_KEY_LENGTH: Final = 128


class NoTrainer(BotError):
    """Nobody is set up to train."""

    code = "no_trainer"
    sentence = (
        "No trainer is set up: whoever runs me sets DRAFTLOOP_TRAINER (`playbook` needs nothing but the model). "
        "Until then I go on learning from your corrections directly."
    )


class NothingToCancel(BotError):
    """The run has ended already, or is none of this workspace."""

    code = "nothing_to_cancel"
    sentence = "There is no training run under way that could be cancelled."


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a trigger: a new run, one that waits, or one that is (or was) there already."""

    run_id: str
    outcome: Literal["started", "queued", "joined", "known"]


class TrainingRuns:
    """Asks for runs, and ends them early."""

    def __init__(
        self,
        database: Database,
        *,
        durable: Durable,
        trainer: Trainer | None,
        policy: RunPolicy,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._durable = durable
        self._trainer = trainer
        self._policy = policy
        self._clock = clock

    @property
    def possible(self) -> bool:
        """Whether a trainer is set up."""
        return self._trainer is not None

    async def ask(
        self,
        workspace_id: str,
        *,
        trigger: Trigger,
        key: str,
        requested_by: str | None = None,
        task: str = "",
    ) -> Asked:
        """Start a run in a transaction of its own; see `ask_in`."""
        async with self._database.begin() as unit:
            await unit.workspaces.ensure(workspace_id, now=self._clock())
            return await self.ask_in(
                unit, workspace_id, trigger=trigger, key=key, requested_by=requested_by, task=task
            )

    async def ask_in(
        self,
        unit: UnitOfWork,
        workspace_id: str,
        *,
        trigger: Trigger,
        key: str,
        requested_by: str | None = None,
        task: str = "",
    ) -> Asked:
        """Start a run in the caller's transaction, unless one is under way or `key` had its run.

        Raises:
            NoTrainer: nobody would train.
        """
        if self._trainer is None:
            raise NoTrainer
        await unit.training.lock_workspace(workspace_id)
        wanted = self._new_run(workspace_id, trigger, key, requested_by, task)
        if (known := await unit.runs.find_cause(workspace_id, key=wanted.key)) is not None:
            return Asked(known.id, "joined" if known.finished_at is None else "known")
        if (active := await self._active(unit, workspace_id)) is not None:
            return await self._second(unit, wanted, active)
        return await self._start(unit, wanted)

    async def start_next(self, workspace_id: str) -> int:
        """Start the run that waits in a workspace, if its turn has come; return how many were started."""
        async with self._database.begin() as unit:
            await unit.training.lock_workspace(workspace_id)
            waiting = await unit.runs.find_queued(workspace_id)
            if waiting is None or await self._active(unit, workspace_id) is not None:
                return 0
            waiting.state = "asked"
            await self._enqueue(unit, waiting)
            return 1

    async def start_after(self, run_id: str) -> int:
        """Start the run that waits behind one that ended; return how many were started."""
        async with self._database.read() as unit:
            run = await unit.runs.get(run_id)
        return await self.start_next(run.workspace_id)

    async def request_cancel(self, run_id: str, *, by: str, workspace_id: str | None = None) -> RunLine:
        """Ask for the end of a run; one that waits ends at once, any other at its next look.

        Raises:
            NothingToCancel: it ended already, or is another workspace's.
        """
        now = self._clock()
        async with self._database.begin() as unit:
            run = await unit.runs.lock(run_id)
            if run.finished_at is not None or workspace_id not in {None, run.workspace_id}:
                raise NothingToCancel
            if run.cancel_requested_at is None:
                run.cancel_requested_at = now
                await note_run(unit, run, "training.cancel_requested", now=now, by=by)
            if run.state == QUEUED:
                await end_run(unit, run, "cancelled", now=now)
            return line_of(run)

    async def lines(self, workspace_id: str, *, limit: int = 20) -> Sequence[RunLine]:
        """Return a workspace's runs, newest first."""
        async with self._database.read() as unit:
            return [line_of(run) for run in await unit.runs.of_workspace(workspace_id, limit=limit)]

    async def find_under_way(self, workspace_id: str) -> RunLine | None:
        """Return the run that a workspace's admins would cancel: the active one, or one that waits."""
        async with self._database.read() as unit:
            run = await unit.runs.find_active(workspace_id) or await unit.runs.find_queued(workspace_id)
        return None if run is None else line_of(run)

    async def _start(self, unit: UnitOfWork, wanted: TrainingRun) -> Asked:
        await unit.runs.add(wanted)
        await self._enqueue(unit, wanted)
        await note_run(unit, wanted, "training.asked", now=self._clock())
        return Asked(wanted.id, "started")

    async def _second(self, unit: UnitOfWork, wanted: TrainingRun, active: TrainingRun) -> Asked:
        """Answer a trigger while a run is under way: join it, or wait behind it, one at the most."""
        if self._policy.second != "queue":
            return Asked(active.id, "joined")
        if (waiting := await unit.runs.find_queued(wanted.workspace_id)) is not None:
            return Asked(waiting.id, "joined")
        wanted.state = QUEUED
        await unit.runs.add(wanted)
        await note_run(unit, wanted, "training.queued", now=self._clock())
        return Asked(wanted.id, "queued")

    async def _enqueue(self, unit: UnitOfWork, run: TrainingRun) -> None:
        await self._durable.enqueue(unit, WORKFLOW, run.id, workflow_id=f"pipeline:{run.id}", queue=TRAINING)

    async def _active(self, unit: UnitOfWork, workspace_id: str) -> TrainingRun | None:
        active = await unit.runs.find_active(workspace_id)
        return None if active is None or self._is_abandoned(active) else active

    def _is_abandoned(self, run: TrainingRun) -> bool:
        """Whether nobody can be following a run any more, so that it must not block the next."""
        longest = self._policy.timeout + 2 * GRACE
        if run.state in AFTER_TRAINING:  # Another trial may have to end before its own begins.
            longest += 2 * self._policy.trial
        return self._clock() > (run.submitted_at or run.created_at) + longest

    def _new_run(
        self, workspace_id: str, trigger: Trigger, key: str, requested_by: str | None, task: str
    ) -> TrainingRun:
        run_id = new_id()
        return TrainingRun(
            id=run_id,
            workspace_id=workspace_id,
            key=key[:_KEY_LENGTH],
            trigger=trigger,
            requested_by=requested_by,
            trainer="none" if self._trainer is None else self._trainer.name,
            task=task,
            state="asked",
            submission_key=f"draftloop-{run_id}",
            result={},
            created_at=self._clock(),
        )
