"""Training runs: asked for once, frozen once, submitted once, followed to an end that is told to the admins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.errors import BotError
from bot.logs import get_logger
from bot.runtime.durable import TRAINING, Durable
from bot.training.consent import ConsentMissing, TooManyOrganisations, require_consent
from bot.training.datasets import Dataset, Datasets
from bot.training.formats import KINDS
from bot.training.trainers.base import (
    Progress,
    RunState,
    Trainer,
    TrainerRefused,
    TrainerUnreachable,
    TrainingJob,
)
from storage.engine import Database
from storage.models import AuditEntry, TrainingRun
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)

Trigger = Literal["cron", "threshold", "command", "api"]
WORKFLOW = "retrain"
GRACE = timedelta(minutes=10)  # What a trainer gets beyond its own deadline to tell how it ended.
_KEY_LENGTH = 128
_FAILURE_LENGTH = 255


class NoTrainer(BotError):
    """Nobody is set up to train."""

    code = "no_trainer"
    sentence = (
        "No trainer is set up: whoever runs me sets DRAFTLOOP_TRAINER to `command` or `webhook`. "
        "Until then I go on learning from your corrections directly."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a trigger: a new run, or one that is (or was) there already."""

    run_id: str
    outcome: Literal["started", "joined", "known"]


@dataclass(frozen=True, slots=True)
class RunPolicy:
    """How many rows a run needs at least, and how long a trainer may take."""

    minimum_rows: int
    timeout: timedelta


class TrainingRuns:
    """The steps of a training run. Each may be repeated after a crash; none happens twice."""

    def __init__(
        self,
        database: Database,
        *,
        datasets: Datasets,
        durable: Durable,
        trainer: Trainer | None,
        policy: RunPolicy,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._datasets = datasets
        self._durable = durable
        self._trainer = trainer
        self._policy = policy
        self._clock = clock

    @property
    def possible(self) -> bool:
        """Whether a trainer is set up."""
        return self._trainer is not None

    async def ask(
        self, workspace_id: str, *, trigger: Trigger, key: str, requested_by: str | None = None
    ) -> Asked:
        """Start a run in a transaction of its own; see `ask_in`."""
        async with self._database.begin() as unit:
            await unit.workspaces.ensure(workspace_id, now=self._clock())
            return await self.ask_in(unit, workspace_id, trigger=trigger, key=key, requested_by=requested_by)

    async def ask_in(
        self,
        unit: UnitOfWork,
        workspace_id: str,
        *,
        trigger: Trigger,
        key: str,
        requested_by: str | None = None,
    ) -> Asked:
        """Start a run in the caller's transaction, unless one is under way or `key` had its run.

        Raises:
            NoTrainer: nobody would train.
        """
        if self._trainer is None:
            raise NoTrainer
        await unit.training.lock_workspace(workspace_id)
        active = await unit.runs.find_active(workspace_id)
        if active is not None and not self._is_abandoned(active):
            return Asked(active.id, "joined")
        wanted = self._new_run(workspace_id, trigger, key, requested_by)
        run_id = wanted.id
        run = await unit.runs.add(wanted)
        if run.id != run_id:
            return Asked(run.id, "known")
        await self._durable.enqueue(unit, WORKFLOW, run_id, workflow_id=f"retrain:{run_id}", queue=TRAINING)
        await self._note(unit, run, "training.asked")
        return Asked(run_id, "started")

    async def freeze(self, run_id: str) -> str:
        """Freeze the dataset of a run if there is enough to learn from; return the run's state."""
        async with self._database.read() as unit:
            run = await unit.runs.get(run_id)
        if run.state != "asked":
            return run.state
        try:
            dataset = await self._datasets.build(run.workspace_id)
        except (ConsentMissing, TooManyOrganisations) as refusal:
            return await self._end(run_id, "short", failure=refusal.code)
        return await self._freeze(run_id, dataset)

    async def submit(self, run_id: str) -> str:
        """Hand the run to its trainer; return its state, still `frozen` when the trainer did not answer."""
        async with self._database.read() as unit:
            run = await unit.runs.get(run_id)
        if run.state != "frozen":
            return run.state
        if self._trainer is None:
            return await self._end(run_id, "failed", failure="no_trainer")
        try:
            external_id = await self._trainer.submit(await self._job(run))
        except (TrainerRefused, ConsentMissing, TooManyOrganisations) as refusal:
            return await self._end(run_id, "failed", failure=refusal.sentence)
        except TrainerUnreachable as error:
            log.warning("trainer_unreachable", run=run_id, code=error.code)
            return run.state
        return await self._update(
            run_id, state="submitted", external_id=external_id, submitted_at=self._clock()
        )

    async def look(self, run_id: str) -> str:
        """Ask the trainer how the run stands, note it and return the run's state."""
        async with self._database.read() as unit:
            run = await unit.runs.get(run_id)
        if run.state not in {"submitted", "running"}:
            return run.state
        progress = await self._progress(run)
        if progress.ended:
            return await self._end(
                run_id, progress.state, failure=progress.detail, result=dict(progress.result)
            )
        if self._clock() >= (run.submitted_at or run.created_at) + self._policy.timeout + GRACE:
            await self._cancel(run)
            return await self.give_up(run_id)
        if progress.state == RunState.RUNNING and run.state == "submitted":
            return await self._update(run_id, state="running")
        return run.state

    async def give_up(self, run_id: str) -> str:
        """Stop following a run whose end nobody knows."""
        return await self._end(run_id, "unknown", failure="no_answer")

    async def break_off(self, run_id: str, sentence: str) -> str:
        """End a run that something on our side broke; where the trainer may have got it, its end is unknown."""
        async with self._database.read() as unit:
            run = await unit.runs.get(run_id)
        return await self._end(run_id, "failed" if run.state == "asked" else "unknown", failure=sentence)

    def _is_abandoned(self, run: TrainingRun) -> bool:
        """Whether nobody can be following a run any more, so that it must not block the next."""
        return self._clock() > (run.submitted_at or run.created_at) + self._policy.timeout + 2 * GRACE

    def _new_run(
        self, workspace_id: str, trigger: Trigger, key: str, requested_by: str | None
    ) -> TrainingRun:
        run_id = new_id()
        return TrainingRun(
            id=run_id,
            workspace_id=workspace_id,
            key=key[:_KEY_LENGTH],
            trigger=trigger,
            requested_by=requested_by,
            trainer="none" if self._trainer is None else self._trainer.name,
            state="asked",
            submission_key=f"draftloop-{run_id}",
            result={},
            created_at=self._clock(),
        )

    async def _freeze(self, run_id: str, dataset: Dataset) -> str:
        """Store the version and move the run on in one transaction: a repeat finds it done."""
        counts: dict[str, int] = {kind: dataset.manifest["rows"][kind] for kind in KINDS}
        if max(counts.values()) < self._policy.minimum_rows:
            excluded = dataset.manifest["excluded"]
            missing = {**counts, "minimum": self._policy.minimum_rows, "excluded": excluded}
            return await self._end(run_id, "short", failure="too_few_rows", result=missing)
        async with self._database.begin() as unit:
            run = await unit.runs.get(run_id)
            if run.state != "asked":
                return run.state
            version = await self._datasets.freeze(
                unit, dataset, workspace_id=run.workspace_id, now=self._clock()
            )
            last = await unit.training.find_latest_run(run.workspace_id, state="succeeded")
            run.dataset_version_id, run.state = version.id, "frozen"
            if run.trigger != "command" and last is not None and last.dataset_version_id == version.id:
                run.state, run.failure, run.finished_at = "short", "nothing_new", self._clock()
            return run.state

    async def _job(self, run: TrainingRun) -> TrainingJob:
        """Return what the trainer gets, if consent still stands."""
        version_id = run.dataset_version_id or ""
        async with self._database.read() as unit:
            await require_consent(unit, run.workspace_id)
            version = await unit.datasets.get(version_id)
        files = await self._datasets.rows(version_id)
        return TrainingJob(run.submission_key, {**version.manifest, "version": version.number}, files)

    async def _progress(self, run: TrainingRun) -> Progress:
        """Return how the run stands; whatever the trainer cannot tell now is unknown, and asked again."""
        if self._trainer is None or self._trainer.name != run.trainer:
            return Progress(RunState.UNKNOWN, detail="no_trainer", final=True)
        try:
            return await self._trainer.poll(run.external_id or "")
        except (TrainerRefused, TrainerUnreachable) as error:
            log.warning("trainer_not_telling", run=run.id, code=error.code)
            return Progress(RunState.UNKNOWN, detail=error.code)

    async def _cancel(self, run: TrainingRun) -> None:
        """Ask the trainer to stop; it may be gone, and then there is nothing to stop."""
        if self._trainer is None:
            return
        try:
            await self._trainer.cancel(run.external_id or "")
        except (TrainerRefused, TrainerUnreachable) as error:
            log.warning("trainer_not_cancelled", run=run.id, code=error.code)

    async def _end(
        self, run_id: str, state: str, *, failure: str | None = None, result: dict[str, Any] | None = None
    ) -> str:
        async with self._database.begin() as unit:
            run = await unit.runs.get(run_id)
            if run.finished_at is not None:
                return run.state
            run.state, run.finished_at = state, self._clock()
            run.failure = None if failure is None else failure[:_FAILURE_LENGTH]
            run.result = result or {}
            await self._note(unit, run, f"training.{state}")
        return state

    async def _update(self, run_id: str, **columns: Any) -> str:
        async with self._database.begin() as unit:
            run = await unit.runs.update(run_id, **columns)
            return run.state

    async def _note(self, unit: UnitOfWork, run: TrainingRun, action: str) -> None:
        entry = AuditEntry(
            id=new_id(),
            workspace_id=run.workspace_id,
            at=self._clock(),
            actor_id=run.requested_by or "program",
            action=action,
            subject=run.id,
            details={"trigger": run.trigger, "trainer": run.trainer},
        )
        await unit.audit.add(entry)
