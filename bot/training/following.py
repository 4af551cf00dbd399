"""A training run on its way through the trainer: frozen once, submitted once, followed to an end, cleaned up behind."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from bot.logs import get_logger
from bot.training.consent import ConsentMissing, TooManyOrganisations, require_consent
from bot.training.datasets import Dataset, Datasets
from bot.training.formats import KINDS
from bot.training.run_record import (
    AFTER_TRAINING,
    AT_THE_TRAINER,
    GRACE,
    RunPolicy,
    end_run,
    keep_artefact,
    note_run,
)
from bot.training.trainers.base import (
    Progress,
    RunState,
    Trainer,
    TrainerRefused,
    TrainerUnreachable,
    TrainingJob,
)
from bot.training.version_rows import VersionRows
from storage.engine import Database
from storage.models import TrainingRun

log = get_logger(__name__)
_BROKEN_OFF: Final = {"asked": "failed", **dict.fromkeys(AFTER_TRAINING, "failed")}
STUCK: Final = ("paused", "unknown_state")  # what a job may be until its time is over


class Following:
    """The steps of a run up to what was trained. Each may be repeated after a crash; none happens twice."""

    def __init__(
        self,
        database: Database,
        *,
        datasets: Datasets,
        trainer: Trainer | None,
        policy: RunPolicy,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._datasets = datasets
        self._trainer = trainer
        self._policy = policy
        self._clock = clock

    async def freeze(self, run_id: str) -> str:
        """Freeze the dataset of a run if there is enough to learn from; return the run's state."""
        run = await self._run(run_id)
        if run.state != "asked":
            return run.state
        if run.cancel_requested_at is not None:
            return await self._end(run_id, "cancelled")
        try:
            dataset = await self._datasets.build(run.workspace_id)
        except (ConsentMissing, TooManyOrganisations) as refusal:
            return await self._end(run_id, "short", failure=refusal.code)
        return await self._freeze(run_id, dataset)

    async def submit(self, run_id: str) -> str:
        """Hand the run to its trainer; return its state, still `frozen` when the trainer did not answer."""
        run = await self._run(run_id)
        if run.state != "frozen":
            return run.state
        if run.cancel_requested_at is not None and run.submitted_at is None:
            return await self._end(run_id, "cancelled")  # Else it may be there, and `look` will stop it.
        if self._trainer is None or self._trainer.name != run.trainer:
            return await self._end(run_id, "failed", failure="no_trainer")
        return await self._submit(run, self._trainer)

    async def look(self, run_id: str) -> str:
        """Ask the trainer how the run stands, note it and return the run's state."""
        run = await self._run(run_id)
        if run.state not in AT_THE_TRAINER:
            return run.state
        if run.cancel_requested_at is not None:
            await self._cancel(run)
        progress = await self._progress(run)
        if progress.ended:
            return await self._ended(run, progress)
        if self._is_overdue(run):
            await self._cancel(run)
            return await self.give_up(run_id, failure=progress.detail)
        return await self._go_on(run, progress)

    async def look_to_the_end(self, run_id: str) -> str:
        """Look, for runs of earlier versions, which end with their training."""
        state = await self.look(run_id)
        return await self._end(run_id, "succeeded") if state == "trained" else state

    async def give_up(self, run_id: str, *, failure: str | None = None) -> str:
        """Stop following a job whose end nobody knows; one that was trained meanwhile goes on.

        `failure` is the code that the trainer told last.
        """
        run = await self._run(run_id)
        if run.state in AFTER_TRAINING:
            return run.state
        return await self._end(run_id, "unknown", failure=failure if failure in STUCK else "no_answer")

    async def break_off(self, run_id: str, sentence: str) -> str:
        """End a run that something on our side broke; where the trainer may have got it, its end is unknown."""
        run = await self._run(run_id)
        return await self._end(run_id, _BROKEN_OFF.get(run.state, "unknown"), failure=sentence)

    async def clean(self, run_id: str) -> bool:
        """Delete what lies at the trainer's; False when it could not be reached. Nothing happens twice."""
        run = await self._run(run_id)
        if run.external_id is None or run.cleaned_at is not None:
            return True
        if self._trainer is None or self._trainer.name != run.trainer:
            return False
        try:
            await self._trainer.clean(run.external_id)
        except (TrainerRefused, TrainerUnreachable) as error:
            log.warning("trainer_not_cleaned", run=run_id, code=error.code)
            return False
        await self._update(run_id, cleaned_at=self._clock())
        return True

    async def _freeze(self, run_id: str, dataset: Dataset) -> str:
        """Store the version and move the run on in one transaction: a repeat finds it done."""
        counts: dict[str, int] = {kind: dataset.manifest["rows"][kind] for kind in KINDS}
        if max(counts.values()) < self._policy.minimum_rows:
            excluded = dataset.manifest["excluded"]
            missing = {**counts, "minimum": self._policy.minimum_rows, "excluded": excluded}
            return await self._end(run_id, "short", failure="too_few_rows", result=missing)
        async with self._database.begin() as unit:
            run = await unit.runs.lock(run_id)
            if run.state != "asked":
                return run.state
            version = await self._datasets.freeze(
                unit, dataset, workspace_id=run.workspace_id, now=self._clock()
            )
            last = await unit.training.find_latest_run(run.workspace_id, state="succeeded")
            run.dataset_version_id, run.state = version.id, "frozen"
            if run.trigger != "command" and last is not None and last.dataset_version_id == version.id:
                return await end_run(unit, run, "short", now=self._clock(), failure="nothing_new")
            return run.state

    async def _submit(self, run: TrainingRun, trainer: Trainer) -> str:
        await self._update(
            run.id, submitted_at=run.submitted_at or self._clock()
        )  # From here on it may be there.
        try:
            external_id = await trainer.submit(await self._job(run))
        except (TrainerRefused, ConsentMissing, TooManyOrganisations) as refusal:
            return await self._end(run.id, "failed", failure=refusal.sentence)
        except TrainerUnreachable as error:
            log.warning("trainer_unreachable", run=run.id, code=error.code)
            return run.state
        return await self._update(
            run.id, state="submitted", external_id=external_id, submitted_at=self._clock()
        )

    async def _job(self, run: TrainingRun) -> TrainingJob:
        """Return what the trainer gets, if consent still stands."""
        version_id = run.dataset_version_id or ""
        async with self._database.read() as unit:
            await require_consent(unit, run.workspace_id)
            version = await unit.datasets.get(version_id)
        return TrainingJob(
            submission_key=run.submission_key,
            manifest={**version.manifest, "version": version.number},
            rows=VersionRows(self._database, version_id),
            workspace_id=run.workspace_id,
            task=run.task,
            run_id=run.id,
            version_id=version_id,
        )

    async def _progress(self, run: TrainingRun) -> Progress:
        """Return how the run stands; whatever the trainer cannot tell now is unknown, and asked again."""
        if self._trainer is None or self._trainer.name != run.trainer:
            return Progress(RunState.UNKNOWN, detail="no_trainer", final=True)
        try:
            return await self._trainer.poll(run.external_id or "")
        except (TrainerRefused, TrainerUnreachable) as error:
            log.warning("trainer_not_telling", run=run.id, code=error.code)
            return Progress(RunState.UNKNOWN, detail=error.code)

    async def _ended(self, run: TrainingRun, progress: Progress) -> str:
        """Keep what was trained, or end the run as its training ended; what was cancelled is never used."""
        if progress.state.ended and run.cancel_requested_at is not None:
            return await self._end(run.id, "cancelled")
        if progress.state != RunState.SUCCEEDED:
            result = dict(progress.result)
            return await self._end(run.id, progress.state, failure=progress.detail, result=result)
        async with self._database.begin() as unit:
            run = await unit.runs.lock(run.id)
            if run.state in AT_THE_TRAINER:
                run.state, run.progress, run.result = "trained", 1.0, dict(progress.result)
                run.artefact = keep_artefact(progress.artefact)
                await note_run(unit, run, "training.trained", now=self._clock())
            return run.state

    async def _go_on(self, run: TrainingRun, progress: Progress) -> str:
        """Note how far a job is. One that does not end when it is told to has an unknown end."""
        if run.cancel_requested_at is not None and self._clock() >= run.cancel_requested_at + GRACE:
            return await self._end(run.id, "unknown", failure="cancel_unconfirmed")
        state = "running" if progress.state == RunState.RUNNING else run.state
        done = run.progress if progress.done is None else progress.done
        if (state, done) == (run.state, run.progress):
            return state
        return await self._update(run.id, state=state, progress=done)

    async def _cancel(self, run: TrainingRun) -> None:
        """Ask the trainer to stop; it may be gone, and then there is nothing to stop."""
        if self._trainer is None or self._trainer.name != run.trainer:
            return
        try:
            await self._trainer.cancel(run.external_id or "")
        except (TrainerRefused, TrainerUnreachable) as error:
            log.warning("trainer_not_cancelled", run=run.id, code=error.code)

    def _is_overdue(self, run: TrainingRun) -> bool:
        return self._clock() >= (run.submitted_at or run.created_at) + self._policy.timeout + GRACE

    async def _run(self, run_id: str) -> TrainingRun:
        async with self._database.read() as unit:
            return await unit.runs.get(run_id)

    async def _end(
        self, run_id: str, state: str, *, failure: str | None = None, result: dict[str, Any] | None = None
    ) -> str:
        async with self._database.begin() as unit:
            run = await unit.runs.lock(run_id)
            return await end_run(unit, run, state, now=self._clock(), failure=failure, result=result)

    async def _update(self, run_id: str, **columns: Any) -> str:
        async with self._database.begin() as unit:
            run = await unit.runs.update(run_id, **columns)
            return run.state
