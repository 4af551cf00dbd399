"""What every step of a training run shares: how it ends, and what the audit log says of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.training.trainers.base import Artefact
from storage.models import AuditEntry, TrainingRun
from storage.repositories.training_runs import FINAL_STATES
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

GRACE: Final = timedelta(minutes=10)  # What a trainer gets beyond its own deadline to tell how it ended.
FAILURE_LENGTH: Final = 255
AT_THE_TRAINER: Final = frozenset({"submitted", "running"})
AFTER_TRAINING: Final = frozenset({"trained", "gated", "trying", "decided"})


@dataclass(frozen=True, slots=True)
class RunPolicy:
    """What a run needs, and how long it may take.

    Args:
        minimum_rows: of one kind, before anything is trained.
        timeout: of the training.
        trial: of the trial after it.
        second: what becomes of a trigger while a run is under way: `join` it, or `queue` behind it.
    """

    minimum_rows: int
    timeout: timedelta
    trial: timedelta = timedelta(days=14)
    second: str = "join"


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run as people look at it.

    Args:
        run_id: of the run.
        state: see `TrainingRun.state`.
        outcome: what became of what was trained, once that is known.
        failure: a code, or a sentence, of why it ended early.
        trainer: its name.
        trigger: what asked for it.
        task: whose drafts it is about; "" is every task.
        progress: of the training, 0 … 1, where the trainer tells.
        release_id: the challenger that it became.
        trial_id: of the challenger's trial.
        cancelling: whether somebody asked to end it and it has not ended yet.
        asked_at: when.
        finished_at: when it ended.
    """

    run_id: str
    state: str
    outcome: str | None
    failure: str | None
    trainer: str
    trigger: str
    task: str
    progress: float | None
    release_id: str | None
    trial_id: str | None
    cancelling: bool
    asked_at: datetime
    finished_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        """Whether it can still be cancelled."""
        return self.finished_at is None


async def end_run(
    unit: UnitOfWork,
    run: TrainingRun,
    state: str,
    *,
    now: datetime,
    failure: str | None = None,
    result: Mapping[str, Any] | None = None,
) -> str:
    """End a run, once, and drop what models answered for its sake; return its state."""
    if run.finished_at is not None:
        return run.state
    run.state, run.finished_at = state, now
    run.failure = run.failure if failure is None else failure[:FAILURE_LENGTH]
    run.result = run.result if result is None else dict(result)
    await unit.memos.forget(run.id)
    await note_run(unit, run, f"training.{state}", now=now)
    return state


async def note_run(
    unit: UnitOfWork, run: TrainingRun, action: str, *, now: datetime, by: str | None = None
) -> None:
    """Write a line about a run into the audit log."""
    entry = AuditEntry(
        id=new_id(),
        workspace_id=run.workspace_id,
        at=now,
        actor_id=by or run.requested_by or "program",
        action=action,
        subject=run.id,
        details={"trigger": run.trigger, "trainer": run.trainer},
    )
    await unit.audit.add(entry)


def keep_artefact(artefact: Artefact | None) -> str | None:
    """Return what was trained as a run's row keeps it."""
    return None if artefact is None else json.dumps(asdict(artefact), ensure_ascii=False)


def read_artefact(kept: str | None) -> Artefact | None:
    """Return what `keep_artefact` wrote."""
    return None if kept is None else Artefact(**json.loads(kept))


def line_of(run: TrainingRun) -> RunLine:
    """Return a run as people look at it."""
    return RunLine(
        run_id=run.id,
        state=run.state,
        outcome=run.outcome,
        failure=run.failure,
        trainer=run.trainer,
        trigger=run.trigger,
        task=run.task,
        progress=run.progress,
        release_id=run.release_id,
        trial_id=run.trial_id,
        cancelling=run.cancel_requested_at is not None and run.state not in FINAL_STATES,
        asked_at=run.created_at,
        finished_at=run.finished_at,
    )
