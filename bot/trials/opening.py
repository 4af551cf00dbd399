"""Opens trials: one at a time for a task, for each training run at most one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.errors import BotError
from bot.team.audit import note
from bot.trials.terms import ALPHA, BLIND, BUSY, Mode, TrialPolicy
from storage.models import ReleaseSeat, Trial
from storage.models.release import EVERY_TASK
from storage.unit_of_work import UnitOfWork

OPENED: Final = "trial_opened"
PROGRAM: Final = "program"


class NoChampion(BotError):
    """There is nothing to compare with: no release has written for this task yet."""

    code = "no_champion"
    sentence = "There is no release to compare with yet: it is made with the first draft."


async def open_trial(
    unit: UnitOfWork,
    workspace_id: str,
    *,
    task: str,
    challenger_id: str,
    run_id: str,
    policy: TrialPolicy,
    mode: Mode | None,
    now: datetime,
) -> Trial | None:
    """Open a trial in the caller's transaction, or return the run's; None while another one is open for the task.

    Raises:
        NoChampion: nothing is live.
    """
    number = await unit.trials.next_number(workspace_id)  # From here on nobody else opens one.
    known = await unit.trials.of_run(run_id)
    if known is not None or await unit.trials.find_open(workspace_id, task=task) is not None:
        return known
    seat = await unit.releases.seat(workspace_id, task=task)
    if seat is None:
        raise NoChampion
    trial = await unit.trials.add(
        Trial(
            workspace_id=workspace_id,
            number=number,
            task=task,
            champion_id=seat.champion_id,
            challenger_id=challenger_id,
            run_id=run_id,
            mode=await _mode(unit, seat, task=task, wanted=mode or policy.mode, days=policy.days, now=now),
            alpha=ALPHA,
            max_pairs=policy.pairs,
            opened_at=now,
            closes_at=now + timedelta(days=policy.days),
        )
    )
    await _take_place(unit, trial)
    await _note(unit, trial, now=now)
    return trial


async def leave_place(unit: UnitOfWork, trial: Trial) -> None:
    """Take a trial that is over off its seat."""
    seat = await unit.releases.lock_seat(trial.workspace_id, task=trial.task)
    if seat is not None and seat.trial_id == trial.id:
        seat.trial_id = seat.challenger_id = None


async def seated_tasks(unit: UnitOfWork, workspace_id: str) -> Sequence[str]:
    """Return the tasks that have a seat of their own."""
    return [seat.task for seat in await unit.releases.seats(workspace_id) if seat.task != EVERY_TASK]


async def _mode(
    unit: UnitOfWork, seat: ReleaseSeat, *, task: str, wanted: str, days: int, now: datetime
) -> Mode:
    """Return how to compare: live drafts have arms only where the task has a seat of its own to put them on."""
    if wanted == BLIND or seat.task != task:
        return "blind"
    if wanted == "randomised":
        return "randomised"
    rated = await unit.trial_queries.count_rated(
        seat.workspace_id,
        task=task,
        seated=await seated_tasks(unit, seat.workspace_id),
        since=now - timedelta(days=days),
    )
    return "randomised" if rated >= BUSY else "blind"


async def _take_place(unit: UnitOfWork, trial: Trial) -> None:
    seat = await unit.releases.lock_seat(trial.workspace_id, task=trial.task)
    if seat is not None:
        seat.trial_id, seat.challenger_id = trial.id, trial.challenger_id


async def _note(unit: UnitOfWork, trial: Trial, *, now: datetime) -> None:
    await note(
        unit,
        trial.workspace_id,
        actor_id=PROGRAM,
        action=OPENED,
        subject=trial.id,
        now=now,
        details={"champion": trial.champion_id, "challenger": trial.challenger_id, "mode": trial.mode},
    )
