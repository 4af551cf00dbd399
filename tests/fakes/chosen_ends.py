"""A gate and trials that end as a test chooses, on real tables; what they decide about is real."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.evaluation.gate import GateVerdict
from bot.trials.results import TrialResult
from storage.engine import Database
from storage.models import Release, Trial
from tests.factories import NOW

VERDICTS = {
    "passed": GateVerdict("passed", "", 40, 0.08, 0.02, 0.14, gains=20, regressions=("d1",)),
    "stopped": GateVerdict("stopped", "worse", 40, -0.2, -0.3, -0.1, breaks=3, regressions=("d1", "d2")),
    "too_few": GateVerdict("too_few", "too_few", 3, 0.0, -1.0, 1.0),
}


def make_release(number: int, **columns: Any) -> Release:
    given = {
        "workspace_id": "T0SANDBOX",
        "task": "",
        "origin": "settings",
        "model": "scripted",
        "temperature": 0.4,
        "max_tokens": 1200,
        "layout": "sections",
        "examples": 4,
        "fingerprint": f"f{number}",
        "state": "candidate",
        "created_by": "program",
        "created_at": NOW,
        **columns,
    }
    release = Release(number=number, **given)
    release.overlay, release.snapshot = "[]", None
    return release


@dataclass
class ChosenEnds:
    """A gate and trials in one."""

    database: Database
    gate: str = "passed"
    outcome: str = "better"
    mode: str = "blind"
    room: int = 0  # how often there is no room for the trial yet
    looks: int = 2  # how often a trial is looked at until it is closed
    erases: bool = False  # whether what a challenger learned from is erased during its trial
    calls: list[str] = field(default_factory=list)

    async def plan(self, run_id: str) -> int:
        return 2

    async def measure(self, run_id: str, part: int) -> int:
        self.calls.append(f"measure {part}")
        return 5

    async def verdict(self, run_id: str) -> GateVerdict:
        return VERDICTS[self.gate]

    async def open(self, workspace_id: str, *, task: str, challenger_id: str, run_id: str) -> str | None:
        if self.room:
            self.room -= 1
            return None
        async with self.database.begin() as unit:
            known = await unit.trials.of_run(run_id)
            if known is not None:
                return known.id
            self.calls.append("open")
            seat = await unit.releases.seat(workspace_id, task=task)
            trial = Trial(
                workspace_id=workspace_id,
                number=await unit.trials.next_number(workspace_id),
                task=task,
                champion_id=seat.champion_id,
                challenger_id=challenger_id,
                run_id=run_id,
                mode=self.mode,
                alpha=0.05,
                max_pairs=200,
                opened_at=NOW,
                closes_at=NOW + timedelta(days=14),
            )
            return (await unit.trials.add(trial)).id

    async def advance(self, trial_id: str) -> str:
        async with self.database.read() as unit:
            ended = (await unit.trials.get(trial_id)).outcome
        if ended is not None:
            return ended
        self.looks -= 1
        if self.looks > 0:
            return "open"
        return await self._close(trial_id, self.outcome)

    async def stop(self, trial_id: str, *, by: str, reason: str) -> str:
        self.calls.append(f"stop {reason}")
        return await self._close(trial_id, "cancelled", reason)

    async def result(self, trial_id: str) -> TrialResult:
        counts = {"n": 88, "voters": 9, "wins": 61, "ties": 4, "both_bad": 2}
        shares = {"share_preferring": 0.727, "low": 0.62, "high": 0.81, "evidence": 41.3}
        return TrialResult("closed", self.outcome, self.mode, **counts, **shares, least_without="U1")

    async def _close(self, trial_id: str, outcome: str, reason: str = "") -> str:
        async with self.database.begin() as unit:
            trial = await unit.trials.get(trial_id)
            trial.state, trial.outcome, trial.reason = "closed", outcome, reason
            if self.erases:
                (await unit.releases.get(trial.challenger_id)).marked_at = NOW
        return outcome
