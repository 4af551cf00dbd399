"""From what was trained to what became of it: challenger, offline gate, trial, decision. Each step may be repeated."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.logs import get_logger
from bot.releases.judges import Judges
from bot.training.following import Following
from bot.training.run_record import end_run, note_run, read_artefact
from storage.engine import Database
from storage.models import TrainingRun
from storage.repositories.trials import CLOSED
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
PROGRAM: Final = "program"
GLANCE: Final = timedelta(seconds=5)  # between two glances at whether there is something new to look at
_REJECTED: Final = {
    "worse": "worse",
    "stopped": "stopped",
    "gate": "gate",
}  # outcome → why a release is not taken


class Pipeline:
    """The steps of a run after its training; ids and codes only come back."""

    def __init__(
        self,
        database: Database,
        *,
        following: Following,
        judges: Judges,
        automatic: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._following = following
        self._casting = judges.casting
        self._book = judges.book
        self._gate = judges.gate
        self._trials = judges.trials
        self._promotion = judges.promotion
        self._automatic = automatic
        self._clock = clock

    async def make_challenger(self, run_id: str) -> str:
        """Make a release of what was trained; `decided` where there is nothing that could write drafts."""
        await self._casting.ensure((await self._run(run_id)).workspace_id)
        async with self._database.begin() as unit:
            run = await unit.runs.lock(run_id)
            if run.state != "trained" or run.release_id is not None:
                return run.state
            if await self._is_cancelled(unit, run):
                return run.state
            await self._make(unit, run)
            return run.state

    async def plan_gate(self, run_id: str) -> int:
        """Return how many slices the gate has; none when the run was cancelled."""
        run = await self._run(run_id)
        if run.state != "trained" or run.cancel_requested_at is not None:
            return 0
        return await self._gate.plan(run_id)

    async def measure(self, run_id: str, number: int) -> int:
        """Replay one slice of held-out drafts with both releases; return how many were measured."""
        run = await self._run(run_id)
        if run.state != "trained" or run.cancel_requested_at is not None:
            return 0
        return await self._gate.measure(run_id, number)

    async def close_gate(self, run_id: str) -> str:
        """Decide at the gate: `gated` goes on to a trial, `decided` ends here."""
        run = await self._run(run_id)
        if run.state != "trained":
            return run.state
        verdict = None if run.cancel_requested_at else await self._gate.verdict(run_id)
        async with self._database.begin() as unit:
            run = await unit.runs.lock(run_id)
            if run.state == "trained" and not await self._is_cancelled(unit, run):
                stopped = verdict is not None and verdict.state == "stopped"
                run.state, run.outcome = ("decided", "stopped") if stopped else ("gated", None)
                await note_run(unit, run, f"gate.{verdict.state if verdict else ''}", now=self._clock())
            return run.state

    async def open_trial(self, run_id: str) -> str:
        """Open the trial; still `gated` while another one is open there."""
        run = await self._run(run_id)
        if run.state != "gated":
            return run.state
        if run.cancel_requested_at is not None:
            return await self._cancel(run_id)
        trial_id = await self._trials.open(
            run.workspace_id, task=run.task, challenger_id=run.release_id or "", run_id=run_id
        )
        if trial_id is None:
            return run.state
        return await self._update(run_id, state="trying", trial_id=trial_id)

    async def wait(self, run_id: str, seconds: float, votes: int) -> int:
        """Wait for another number of votes, or the trial's end, for so many seconds at the most; return the votes.

        A step that the death of its process repeats: it only waits anew. Votes that another replica took are seen too.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        over, heard = await self._news(run_id)
        while heard == votes and not over and (left := end - loop.time()) > 0:
            await asyncio.sleep(min(GLANCE.total_seconds(), left))
            over, heard = await self._news(run_id)
        return heard

    async def advance(self, run_id: str) -> str:
        """Take the trial one step further; `decided` once it is closed."""
        run = await self._run(run_id)
        if run.state != "trying" or run.trial_id is None:
            return run.state
        if run.cancel_requested_at is not None:
            await self._trials.stop(run.trial_id, by=PROGRAM, reason="cancelled")
            return await self._cancel(run_id)
        await self._trials.advance(run.trial_id)
        async with self._database.begin() as unit:
            trial, run = await unit.trials.get(run.trial_id), await unit.runs.lock(run_id)
            if trial.state == CLOSED and run.state == "trying":
                outcome = "stopped" if trial.outcome == "cancelled" else trial.outcome
                run.state, run.outcome = "decided", outcome or "stopped"
            return run.state

    async def promote(self, run_id: str) -> str:
        """Let a challenger that is better go live by itself, where the policy says so; return the outcome."""
        run = await self._run(run_id)
        if run.state != "decided" or run.outcome != "better":
            return run.outcome or ""
        if self._automatic and await self._may_promote(run):
            await self._promotion.promote(run.release_id or "", by=PROGRAM, reason="trial")
        async with self._database.begin() as unit:
            release, run = await unit.releases.get(run.release_id or ""), await unit.runs.lock(run_id)
            run.outcome = "offered" if release.state == "candidate" else "promoted"
            return run.outcome

    async def finish(self, run_id: str) -> str:
        """End a run whose challenger is decided; a release that lost is not taken any more."""
        async with self._database.begin() as unit:
            run = await unit.runs.lock(run_id)
            if run.state != "decided":
                return run.state
            await _reject(unit, run, reason=_why(run))
            return await end_run(unit, run, "succeeded", now=self._clock())

    async def break_off(self, run_id: str, sentence: str) -> str:
        """End a run that something on our side broke; its trial, if one is open, ends without a decision."""
        run = await self._run(run_id)
        if run.state == "trying" and run.trial_id is not None:
            await self._trials.stop(run.trial_id, by=PROGRAM, reason="broken")
        return await self._following.break_off(run_id, sentence)

    async def _make(self, unit: UnitOfWork, run: TrainingRun) -> None:
        artefact = read_artefact(run.artefact)
        if artefact is None:
            run.state, run.outcome = "decided", "archived"
            return
        release = await self._book.make(
            unit,
            workspace_id=run.workspace_id,
            task=run.task,
            origin=run.trainer,
            artefact=artefact,
            run_id=run.id,
            dataset_version_id=run.dataset_version_id,
            created_by=run.requested_by or PROGRAM,
            now=self._clock(),
        )
        run.release_id = release.id

    async def _may_promote(self, run: TrainingRun) -> bool:
        """Tell whether what the trial proved is about who writes now; else an admin decides."""
        async with self._database.read() as unit:
            release = await unit.releases.get(run.release_id or "")
            trial = await unit.trials.get(run.trial_id or "")
            seat = await unit.releases.seat(run.workspace_id, task=run.task)
        return release.state == "candidate" and seat is not None and seat.champion_id == trial.champion_id

    async def _is_cancelled(self, unit: UnitOfWork, run: TrainingRun) -> bool:
        """End a run that somebody cancelled; its challenger is not taken."""
        if run.cancel_requested_at is None:
            return False
        await _reject(unit, run, reason="cancelled")
        await end_run(unit, run, "cancelled", now=self._clock())
        return True

    async def _cancel(self, run_id: str) -> str:
        async with self._database.begin() as unit:
            run = await unit.runs.lock(run_id)
            await self._is_cancelled(unit, run)
            return run.state

    async def _news(self, run_id: str) -> tuple[bool, int]:
        """Return whether a run is cancelled or its trial closed, and how many votes that has."""
        async with self._database.read() as unit:
            run = await unit.runs.get(run_id)
            if run.trial_id is None:
                return True, 0
            trial, votes = await unit.trials.get(run.trial_id), await unit.runs.count_votes(run.trial_id)
        return run.cancel_requested_at is not None or trial.state == CLOSED, votes

    async def _run(self, run_id: str) -> TrainingRun:
        async with self._database.read() as unit:
            return await unit.runs.get(run_id)

    async def _update(self, run_id: str, **columns: str) -> str:
        async with self._database.begin() as unit:
            return (await unit.runs.update(run_id, **columns)).state


def _why(run: TrainingRun) -> str:
    """Return why a release is not taken; "" where it may still be."""
    code = "gate" if run.outcome == "stopped" and run.trial_id is None else run.outcome or ""
    return _REJECTED.get(code, "")


async def _reject(unit: UnitOfWork, run: TrainingRun, *, reason: str) -> None:
    """Note that a candidate is not taken."""
    if not reason or run.release_id is None:
        return
    release = await unit.releases.get(run.release_id)
    if release.state == "candidate":
        release.state, release.reason = "rejected", reason
