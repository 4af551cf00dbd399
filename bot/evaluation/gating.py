"""The offline gate: held-out corrections written anew by both releases, in slices that may each run twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.drafts.casting import spec_of
from bot.errors import BotError
from bot.evaluation.exercises import HELD_OUT, drafts_of_seat
from bot.evaluation.gate import GatePolicy, GateVerdict, decide_gate
from bot.evaluation.judge import JUDGE, JUDGED, Judge
from bot.evaluation.measuring import Match, Measurer
from bot.evaluation.regressions import Regression, regressions_among, replayed
from bot.evaluation.replay import Replay
from storage.engine import Database
from storage.models import GateResult, Release
from storage.unit_of_work import UnitOfWork

SLICE: Final = 5  # exercises in one step: what a kill may cost, less what is memoised


class NothingToGate(BotError):
    """The run has no challenger, or there is no champion to hold it against."""

    code = "nothing_to_gate"
    sentence = "There is no challenger to check yet."


class GateReader:
    """Reads what was measured, and what it means; that takes nothing but the database."""

    def __init__(self, database: Database, *, policy: GatePolicy = GatePolicy()) -> None:  # noqa: B008 - frozen
        self._database = database
        self._policy = policy

    async def verdict(self, run_id: str) -> GateVerdict:
        """Return what all that was measured says."""
        results = await self._results(run_id)
        found = decide_gate([replayed(result) for result in results], self._policy)
        is_judged = any(JUDGE in result.checks for result in results)
        return replace(found, note=f"{found.note} {JUDGED}") if is_judged else found

    async def regressions(self, run_id: str) -> list[Regression]:
        """Return what the challenger writes worse, the worst first."""
        results = await self._results(run_id)
        found = decide_gate([replayed(result) for result in results], self._policy).regressions
        return regressions_among(results, draft_ids=found)

    async def _results(self, run_id: str) -> Sequence[GateResult]:
        async with self._database.read() as unit:
            run = await unit.runs.get(run_id)
            return await unit.gate_results.of_release(run.release_id or "")


class Gate(GateReader):
    """Measures a run's challenger against the champion that it was made from."""

    def __init__(
        self,
        database: Database,
        *,
        replay: Replay,
        clock: Callable[[], datetime],
        policy: GatePolicy = GatePolicy(),  # noqa: B008 - It is frozen.
        judge: Judge | None = None,
    ) -> None:
        """Take what it needs; a judge counts only where it is seen to agree with people."""
        super().__init__(database, policy=policy)
        self._replay = replay
        self._measurer = Measurer(replay, judge=judge, clock=clock)

    async def plan(self, run_id: str) -> int:
        """Return the number of slices; always the same for a run, as its dataset version is frozen.

        Raises:
            NothingToGate: the run has no challenger.
        """
        return -(-len((await self._match(run_id)).draft_ids) // SLICE)

    async def measure(self, run_id: str, part: int) -> int:
        """Write and score one slice, counted from 0; return how many drafts of it are measured.

        Drafts that are no exercise any more (hidden, opted out, taken back) are left out.

        Raises:
            BotError: the model did not answer; what was measured before stays, and another try goes on from there.
        """
        match = await self._match(run_id)
        wanted = match.draft_ids[part * SLICE : (part + 1) * SLICE]
        async with self._database.read() as unit:
            known = {result.draft_id for result in await unit.gate_results.of_release(match.release_id)}
        fresh = [draft_id for draft_id in wanted if draft_id not in known]
        exercises = await self._replay.exercises_of(match.run.workspace_id, draft_ids=fresh)
        judge = await self._measurer.judge_of(match) if exercises else None
        for exercise in exercises:
            result = await self._measurer.measure(match, exercise, judge=judge)
            async with self._database.begin() as unit:
                await unit.gate_results.keep(result)
        return len(exercises) + len(wanted) - len(fresh)

    async def _match(self, run_id: str) -> Match:
        async with self._database.read() as unit:
            run = await unit.runs.get(run_id)
            if run.release_id is None:
                raise NothingToGate
            challenger = await unit.releases.get(run.release_id)
            champion = await _champion(unit, challenger)
            draft_ids = await drafts_of_seat(
                unit,
                run.workspace_id,
                version_id=run.dataset_version_id or "",
                split=HELD_OUT,
                task=run.task,
            )
            return Match(
                run,
                challenger.id,
                spec_of(champion),
                spec_of(challenger),
                draft_ids[: self._policy.most],
            )


async def _champion(unit: UnitOfWork, challenger: Release) -> Release:
    """Return the release that the challenger was made from, or else whoever sits on its seat."""
    if challenger.parent_id is not None:
        return await unit.releases.get(challenger.parent_id)
    seat = await unit.releases.seat(challenger.workspace_id, task=challenger.task)
    if seat is None:
        raise NothingToGate
    return await unit.releases.get(seat.champion_id)
