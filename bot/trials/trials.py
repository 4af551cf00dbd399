"""Trials: a challenger against the champion, from its opening to its outcome. Every step may run twice."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from bot.drafts.release_spec import ReleaseSpec
from bot.feedback.budget import Budget
from bot.feedback.ledger import Ledger
from bot.settings import Settings
from bot.slack.access import Membership
from bot.slack.messenger import Messenger
from bot.trials.asking import Asking
from bot.trials.closing import close_pairs, close_trial
from bot.trials.opening import PROGRAM, open_trial
from bot.trials.pairs import Pairs, PairWriter
from bot.trials.randomised import measure
from bot.trials.results import TrialLine, TrialReader, TrialResult
from bot.trials.terms import BLIND, Mode, TrialPolicy, TrialState
from bot.trials.voting import Voting
from bot.trials.weighing import MOVED, Decision, decided, weigh
from storage.engine import Database
from storage.models import Release, Trial
from storage.repositories.base import found
from storage.repositories.trials import GUARD, OPEN
from storage.unit_of_work import UnitOfWork

__all__ = ["TrialLine", "TrialResult", "TrialState", "Trials", "build_trials"]


class Trials(TrialReader):
    """Opens, follows and ends trials; `voting` takes what people press."""

    def __init__(
        self,
        database: Database,
        *,
        pairs: Pairs,
        asking: Asking,
        voting: Voting,
        policy: TrialPolicy,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(database)
        self._pairs = pairs
        self._asking = asking
        self.voting = voting
        self._policy = policy
        self._clock = clock

    async def open(
        self, workspace_id: str, *, task: str, challenger_id: str, run_id: str, mode: Mode | None = None
    ) -> str | None:
        """Open the trial of a training run, or return the one it has; None while another is open for the task.

        Args:
            workspace_id: whose.
            task: of the seat; "" is every task without its own.
            challenger_id: the release that is tried.
            run_id: for whose sake: a run has one trial at most.
            mode: None leaves it to the settings.

        Raises:
            NoChampion: there is nothing to compare with.
        """
        async with self._database.begin() as unit:
            trial = await open_trial(
                unit,
                workspace_id,
                task=task,
                challenger_id=challenger_id,
                run_id=run_id,
                policy=self._policy,
                mode=mode,
                now=self._clock(),
            )
            return trial.id if trial is not None else None

    async def advance(self, trial_id: str) -> TrialState:
        """Do what is due: close and measure, decide, ask, write the next pairs; return `open` or the outcome.

        Raises:
            BotError: the model or Slack is away; what is done so far is kept, and the next call goes on from there.
        """
        state = await self._look(trial_id)
        if state == OPEN and await self._is_blind(trial_id):
            await self._asking.ask(trial_id)  # First what is written already: the model may be away.
            if await self._pairs.write(trial_id):
                await self._asking.ask(trial_id)
        await self._asking.put_to_rest(trial_id)
        return state

    async def stop(self, trial_id: str, *, by: str, reason: str) -> TrialState:
        """Close a trial without a decision, if it is open; return how it ended."""
        async with self._database.begin() as unit:
            trial = found(await unit.trials.lock(trial_id), "trial", trial_id)
            if trial.state == OPEN:
                await close_trial(unit, trial, outcome="cancelled", reason=reason, by=by, now=self._clock())
            state = _state(trial)
        await self._asking.put_to_rest(trial_id)
        return state

    async def _look(self, trial_id: str) -> TrialState:
        """Close or measure what is due, and end the trial where something is decided."""
        now = self._clock()
        async with self._database.begin() as unit:
            trial = found(await unit.trials.lock(trial_id), "trial", trial_id)
            if trial.state != OPEN or trial.mode == GUARD:
                return _state(trial)
            ending = await _ending(unit, trial, now=now)
            if ending is not None:
                await close_trial(unit, trial, outcome=ending[0], reason=ending[1], by=PROGRAM, now=now)
            return _state(trial)

    async def _is_blind(self, trial_id: str) -> bool:
        async with self._database.read() as unit:
            return (await unit.trials.get(trial_id)).mode == BLIND


def build_trials(
    database: Database,
    *,
    settings: Settings,
    writer: PairWriter,
    spec_of: Callable[[Release], ReleaseSpec],
    ledger: Ledger,
    messenger: Messenger,
    membership: Membership,
    clock: Callable[[], datetime],
) -> Trials:
    """Wire trials; `writer` is the replay, `spec_of` reads a release's row."""
    policy = TrialPolicy(settings.trial_mode, days=settings.trial_days, pairs=settings.trial_pairs)
    budget = Budget(asks_per_day=settings.asks_per_day)
    return Trials(
        database,
        pairs=Pairs(database, writer=writer, spec_of=spec_of, clock=clock),
        asking=Asking(database, budget=budget, messenger=messenger, membership=membership, clock=clock),
        voting=Voting(database, ledger=ledger, messenger=messenger, membership=membership, clock=clock),
        policy=policy,
        clock=clock,
    )


async def _ending(unit: UnitOfWork, trial: Trial, *, now: datetime) -> Decision | None:
    """Close or measure what is due; return how the trial ends now, if it does."""
    seat = await unit.releases.seat(trial.workspace_id, task=trial.task)
    if seat is None or seat.champion_id != trial.champion_id:
        return (
            "cancelled",
            MOVED,
        )  # Somebody promoted, rolled back, or changed the settings: another one writes now.
    await (close_pairs if trial.mode == BLIND else measure)(unit, trial, now=now)
    await unit.flush()
    return decided(trial, await weigh(unit, trial), now=now)


def _state(trial: Trial) -> TrialState:
    return cast("TrialState", trial.outcome or OPEN)
