"""Pairs of a blind trial: recent briefs, written anew by both releases, a few at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.drafts.release_spec import ReleaseSpec
from bot.evaluation.replay import Written
from bot.trials.opening import seated_tasks
from bot.trials.terms import OPEN_AT_ONCE, RECENT
from storage.engine import Database
from storage.models import Draft, Release, Trial, TrialPair
from storage.unit_of_work import UnitOfWork

PLANNED, OPEN, CLOSED, DROPPED = "planned", "open", "closed", "dropped"
_MOST_BRIEFS: Final = 1_000
_MOST_TRIES: Final = 2  # Pairs planned per pair wanted: those without a difference are dropped.


class PairWriter(Protocol):
    """Writes a past draft once more (`bot.evaluation.replay.Replay`); the same question is asked once per run."""

    async def write_draft(self, draft_id: str, spec: ReleaseSpec, *, run_id: str, seed: int = 0) -> Written:
        """Return the text, or why the release has none; an endpoint that is away is raised."""
        ...


@dataclass(frozen=True, slots=True)
class _Sides:
    champion: Written
    challenger: Written


class Pairs:
    """Plans and writes pairs; every method may run twice."""

    def __init__(
        self,
        database: Database,
        *,
        writer: PairWriter,
        spec_of: Callable[[Release], ReleaseSpec],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._writer = writer
        self._spec_of = spec_of
        self._clock = clock

    async def write(self, trial_id: str) -> int:
        """Plan as many pairs as may stand open now and write their texts; return how many were written.

        Raises:
            BotError: the model did not answer; what is written so far is kept.
        """
        async with self._database.begin() as unit:
            planned = await self._plan(unit, trial_id)
        for pair_id in planned:
            await self._write(pair_id)
        return len(planned)

    async def _plan(self, unit: UnitOfWork, trial_id: str) -> list[str]:
        trial = await unit.trials.lock(trial_id)
        if trial is None or trial.state != OPEN:
            return []
        pairs = await unit.trials.pairs_of(trial_id)
        left = [pair.id for pair in pairs if pair.state == PLANNED]
        briefs = await new_briefs(unit, trial, known=pairs, now=self._clock())
        new = [
            TrialPair(
                trial_id=trial_id,
                workspace_id=trial.workspace_id,
                number=len(pairs) + at,
                source_draft_id=draft.id,
            )
            for at, draft in enumerate(briefs[: room(trial, pairs)], start=1)
        ]
        await unit.trials.add_pairs(new)
        return [*left, *(pair.id for pair in new)]

    async def _write(self, pair_id: str) -> None:
        async with self._database.read() as unit:
            pair = await unit.trials.find_pair(pair_id)
            trial = await unit.trials.get(pair.trial_id) if pair else None
        if pair is None or trial is None or pair.state != PLANNED:
            return
        sides = await self._sides(trial, pair.source_draft_id)
        async with self._database.begin() as unit:
            locked = await unit.trials.lock(trial.id)
            if locked is not None and locked.state == OPEN:
                await keep(unit, pair_id, sides.champion, sides.challenger, now=self._clock())

    async def _sides(self, trial: Trial, draft_id: str) -> _Sides:
        async with self._database.read() as unit:
            champion = self._spec_of(await unit.releases.get(trial.champion_id))
            challenger = self._spec_of(await unit.releases.get(trial.challenger_id))
        run_id = trial.run_id or trial.id
        return _Sides(
            await self._writer.write_draft(draft_id, champion, run_id=run_id),
            await self._writer.write_draft(draft_id, challenger, run_id=run_id),
        )


async def new_briefs(
    unit: UnitOfWork, trial: Trial, *, known: Iterable[TrialPair], now: datetime
) -> list[Draft]:
    """Return recent drafts of the seat whose briefs have no pair yet, the latest first; no brief comes twice."""
    briefs = await recent_briefs(unit, trial, now=now)
    used = {pair.source_draft_id for pair in known}
    said = {_plain(draft.brief) for draft in briefs if draft.id in used} | {""}
    new: list[Draft] = []
    for draft in briefs:
        if draft.id not in used and _plain(draft.brief) not in said:
            said.add(_plain(draft.brief))
            new.append(draft)
    return new


async def recent_briefs(unit: UnitOfWork, trial: Trial, *, now: datetime) -> list[Draft]:
    """Return the drafts of a trial's seat that may be written anew, used already or not."""
    challenger = await unit.releases.get(trial.challenger_id)
    return await unit.trial_queries.recent_briefs(
        trial.workspace_id,
        task=trial.task,
        seated=await seated_tasks(unit, trial.workspace_id),
        since=now - RECENT,
        unseen_by=challenger.dataset_version_id,
        limit=_MOST_BRIEFS,
    )


def room(trial: Trial, pairs: Iterable[TrialPair]) -> int:
    """Return how many more pairs may be planned now."""
    known = list(pairs)
    waiting = sum(pair.state in {PLANNED, OPEN} for pair in known)
    live = sum(pair.state != DROPPED for pair in known)
    most = min(OPEN_AT_ONCE - waiting, trial.max_pairs - live, _MOST_TRIES * trial.max_pairs - len(known))
    return max(most, 0)


async def keep(
    unit: UnitOfWork, pair_id: str, champion: Written, challenger: Written, *, now: datetime
) -> None:
    """Keep what both wrote, with the trial locked: open for votes, decided by a failure, or nothing to compare."""
    pair = await unit.trials.lock_pair(pair_id)
    if pair is None or pair.state != PLANNED:
        return
    pair.champion_text, pair.challenger_text = champion.text, challenger.text
    pair.opened_at = now
    pair.fixed = fixed_value(champion, challenger)
    if pair.fixed is not None:
        await close_pair(unit, pair, now=now)
    else:
        pair.state = OPEN if is_a_choice(champion, challenger) else DROPPED


def fixed_value(champion: Written, challenger: Written) -> float | None:
    """Return a pair's value where one side failed: that is its loss."""
    if (champion.text is None) == (challenger.text is None):
        return None
    return 0.0 if challenger.text is None else 1.0


def is_a_choice(champion: Written, challenger: Written) -> bool:
    """Tell whether there are two texts, and they differ."""
    if champion.text is None or challenger.text is None:
        return False
    return _plain(champion.text) != _plain(challenger.text)


async def close_pair(unit: UnitOfWork, pair: TrialPair, *, now: datetime) -> None:
    """Close a pair, with its trial locked: its place in the order of closing is where its value counts."""
    positions = [one.position or 0 for one in await unit.trials.pairs_of(pair.trial_id)]
    pair.state, pair.closed_at, pair.position = CLOSED, now, max(positions, default=0) + 1
    await unit.flush()


def _plain(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()
