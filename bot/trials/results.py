"""What may be told of a trial: how far it is while it is open, figures only once it is over."""

from dataclasses import dataclass
from datetime import datetime

from bot.trials.pairs import CLOSED
from bot.trials.terms import BLIND
from bot.trials.weighing import Weighed, weigh
from storage.engine import Database
from storage.models import Trial
from storage.repositories.trials import GUARD, OPEN
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TrialResult:
    """A trial to tell people of; every figure is 0 or None while it is open.

    Args:
        state: open or closed.
        outcome: better, worse, not_enough, stopped, cancelled; None while open.
        mode: blind, randomised or guard.
        n: pairs (or live drafts) that count.
        voters: people behind them.
        wins, ties, both_bad: pairs, by what most of their voters said.
        share_preferring: of pairs, ties as halves; of live drafts by how much the loss falls, -1 … 1.
        low, high: always-valid 95 % limits of that.
        evidence: E_n without whichever one rater it needs most: what decides (1/alpha is enough).
        least_without: that rater, or "".
        reason: a code.
        done: pairs closed, or drafts measured, so far.
        planned: the most there will be.
    """

    state: str
    outcome: str | None
    mode: str
    n: int = 0
    voters: int = 0
    wins: int = 0
    ties: int = 0
    both_bad: int = 0
    share_preferring: float | None = None
    low: float | None = None
    high: float | None = None
    evidence: float | None = None
    least_without: str = ""
    reason: str = ""
    done: int = 0
    planned: int = 0


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A trial in a list; releases by number."""

    trial_id: str
    number: int
    task: str
    champion: int
    challenger: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    result: TrialResult


class TrialReader:
    """Reads trials; that takes nothing but the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def result(self, trial_id: str) -> TrialResult:
        """Return what may be told of a trial: how far it is, and figures once it is closed."""
        async with self._database.read() as unit:
            return await _read_result(unit, await unit.trials.get(trial_id))

    async def lines(self, workspace_id: str, *, limit: int = 20) -> list[TrialLine]:
        """Return a workspace's trials, newest first."""
        async with self._database.read() as unit:
            found = await unit.trials.of_workspace(workspace_id, limit=limit)
            return [await _read_line(unit, trial) for trial in found]


async def read_progress(unit: UnitOfWork, trial: Trial) -> TrialResult:
    """Return how far an open trial is; nothing of how it stands."""
    if trial.mode == BLIND:
        pairs = await unit.trials.pairs_of(trial.id)
        done, planned = sum(pair.state == CLOSED for pair in pairs), trial.max_pairs
    else:
        outcomes = await unit.trials.outcomes_of(trial.id)
        done, planned = sum(one.measured_at is not None for one in outcomes), len(outcomes)
    return TrialResult(trial.state, None, trial.mode, done=done, planned=planned)


def build_result(trial: Trial, weighed: Weighed) -> TrialResult:
    """Return what a closed trial found."""
    found = weighed.evidence
    return TrialResult(
        state=trial.state,
        outcome=trial.outcome,
        mode=trial.mode,
        n=found.n,
        voters=found.voters,
        wins=weighed.wins,
        ties=weighed.ties,
        both_bad=weighed.both_bad,
        share_preferring=found.mean,
        low=found.low,
        high=found.high,
        evidence=found.least if found.n else None,
        least_without=found.least_without,
        reason=trial.reason,
        done=weighed.done,
        planned=trial.max_pairs if trial.mode == BLIND else weighed.done,
    )


async def _read_result(unit: UnitOfWork, trial: Trial) -> TrialResult:
    if trial.state == OPEN:
        return await read_progress(unit, trial)
    if trial.mode == GUARD:
        return TrialResult(trial.state, trial.outcome, trial.mode, reason=trial.reason)
    return build_result(trial, await weigh(unit, trial))


async def _read_line(unit: UnitOfWork, trial: Trial) -> TrialLine:
    champion = await unit.releases.get(trial.champion_id)
    challenger = await unit.releases.get(trial.challenger_id)
    return TrialLine(
        trial_id=trial.id,
        number=trial.number,
        task=trial.task,
        champion=champion.number,
        challenger=challenger.number,
        opened_at=trial.opened_at,
        closes_at=trial.closes_at,
        closed_at=trial.closed_at,
        result=await _read_result(unit, trial),
    )
