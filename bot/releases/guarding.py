"""The live guard: watches what people make of a promoted release's drafts, and takes it back when it falls behind."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.errors import BotError
from bot.evaluation.significance import Evidence
from bot.logs import get_logger
from bot.releases.guard import Losses, build_bar, has_fallen, weigh_decline
from bot.releases.promote import Promotion
from bot.releases.release_words import build_name
from bot.team.audit import note
from storage.engine import Database
from storage.models import Release, ReleaseSeat, Trial, TrialOutcome
from storage.repositories.trials import CLOSED, GUARD, OPEN
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
PROGRAM: Final = "program"
ALPHA: Final = 0.05
WATCHED: Final = timedelta(days=14)  # after a promotion
LOOKED_BACK: Final = timedelta(days=60)  # at what the predecessor was worth
SETTLED: Final = timedelta(hours=48)  # What people think of a draft is read that long after it was posted.
MOST_DRAFTS: Final = 400
_OF_SETTINGS: Final = "settings"


class Guard:
    """Opens a guard for each promotion, and decides whether it is kept."""

    def __init__(
        self, database: Database, *, promotion: Promotion, clock: Callable[[], datetime], on: bool = True
    ) -> None:
        self._database = database
        self._promotion = promotion
        self._clock = clock
        self._on = on

    async def tick(self, now: datetime) -> None:
        """Guard what was promoted lately, and look at what is guarded; one seat's trouble is not another's."""
        if not self._on:
            return
        async with self._database.read() as unit:
            changed = await unit.release_news.promoted_seats(since=now - WATCHED)
        for seat in changed:
            await self.open(seat.workspace_id, seat.task)
        async with self._database.read() as unit:
            open_now = await unit.trials.guards()
        for trial in open_now:
            await self._look(trial.id)

    async def open(self, workspace_id: str, task: str) -> str | None:
        """Open a guard for the seat's champion if it was promoted lately and has none; return the guard's id."""
        now = self._clock()
        async with self._database.begin() as unit:
            number = await unit.trials.next_number(workspace_id)  # From here on nobody else opens one.
            seat = await unit.releases.lock_seat(workspace_id, task=task)
            before = await self._guarded_against(unit, seat)
            if seat is None or before is None or await unit.trials.find_guard(seat.champion_id) is not None:
                return None
            known = await self._losses(unit, before, since=now - LOOKED_BACK, until=now)
            trial = await unit.trials.add(
                Trial(
                    workspace_id=workspace_id,
                    number=number,
                    task=task,
                    champion_id=before.id,
                    challenger_id=seat.champion_id,
                    mode=GUARD,
                    alpha=ALPHA,
                    max_pairs=MOST_DRAFTS,
                    bar=build_bar(list(known.values())),
                    opened_at=seat.changed_at,
                    closes_at=seat.changed_at + WATCHED,
                )
            )
            await _note(unit, trial, "guard.opened", now=now)
            return trial.id

    async def look(self, trial_id: str) -> str:
        """Measure what came in and decide; return `open`, `kept`, `fallen`, or `over` where another release writes."""
        now = self._clock()
        async with self._database.begin() as unit:
            trial = await unit.trials.lock(trial_id)
            if trial is None or trial.state != OPEN:
                return "over"
            seat = await unit.releases.lock_seat(trial.workspace_id, task=trial.task)
            if seat is None or seat.champion_id != trial.challenger_id:
                return await _close(unit, trial, outcome="cancelled", now=now)
            found = await self._measure(unit, trial, now=now)
        if has_fallen(found, alpha=trial.alpha):
            return await self._roll_back(trial, now=now)
        if now < trial.closes_at:
            return OPEN
        async with self._database.begin() as unit:
            return await self._close_kept(unit, trial_id, now=now)

    async def _look(self, trial_id: str) -> None:
        try:
            await self.look(trial_id)
        except BotError as error:
            log.warning("guard_not_looked", trial=trial_id, code=error.code)

    async def _guarded_against(self, unit: UnitOfWork, seat: ReleaseSeat | None) -> Release | None:
        """Return the predecessor of a champion that was promoted; one that came back, or settings, need no guard."""
        if seat is None or seat.previous_id is None or seat.changed_at < self._clock() - WATCHED:
            return None
        champion = await unit.releases.get(seat.champion_id)
        return await unit.releases.get(seat.previous_id) if champion.origin != _OF_SETTINGS else None

    async def _measure(self, unit: UnitOfWork, trial: Trial, *, now: datetime) -> Evidence:
        """Note what people made of settled drafts, each once and in its place, and weigh all of it."""
        release = await unit.releases.get(trial.challenger_id)
        measured = list(await unit.trials.outcomes_of(trial.id))
        known = {outcome.draft_id for outcome in measured}
        found = await self._losses(unit, release, since=trial.opened_at, until=now - SETTLED)
        for draft_id, losses in found.items():
            if draft_id not in known and losses and len(measured) < MOST_DRAFTS:
                measured.append(await _keep(unit, trial, draft_id, losses, place=len(measured), now=now))
        return weigh_decline([each.losses for each in measured], bar=trial.bar or 1.0, alpha=trial.alpha)

    async def _losses(
        self, unit: UnitOfWork, release: Release, *, since: datetime, until: datetime
    ) -> Mapping[str, Losses]:
        """Return what people made of a release's live drafts, by draft, in the order in which they were posted."""
        drafts = await unit.release_news.drafts_of(
            release.workspace_id,
            release=build_name(release.number),
            since=since,
            until=until,
            limit=MOST_DRAFTS,
        )
        return await unit.release_news.losses_of(release.workspace_id, draft_ids=drafts)

    async def _roll_back(self, trial: Trial, *, now: datetime) -> str:
        """Take the promotion back; repeated, it finds another champion there and does nothing."""
        await self._promotion.roll_back(
            trial.workspace_id, task=trial.task, by=PROGRAM, reason="guard", release_id=trial.challenger_id
        )
        async with self._database.begin() as unit:
            fallen = await unit.trials.lock(trial.id)
            return await _close(unit, fallen, outcome="worse", now=now) if fallen else "over"

    async def _close_kept(self, unit: UnitOfWork, trial_id: str, *, now: datetime) -> str:
        trial = await unit.trials.lock(trial_id)
        return await _close(unit, trial, outcome="not_enough", now=now) if trial else "over"


async def _keep(
    unit: UnitOfWork, trial: Trial, draft_id: str, losses: Losses, *, place: int, now: datetime
) -> TrialOutcome:
    outcome = TrialOutcome(
        trial_id=trial.id,
        draft_id=draft_id,
        workspace_id=trial.workspace_id,
        arm="challenger",
        position=place,
        loss=sum(losses.values()) / len(losses),
        losses=dict(losses),
        assigned_at=now,
        measured_at=now,
    )
    await unit.trials.assign(outcome)
    return outcome


async def _close(unit: UnitOfWork, trial: Trial, *, outcome: str, now: datetime) -> str:
    said = {"worse": "fallen", "not_enough": "kept"}.get(outcome, "over")
    if trial.state == OPEN:
        trial.state, trial.outcome, trial.reason, trial.closed_at = CLOSED, outcome, f"guard_{said}", now
        await _note(unit, trial, f"guard.{said}", now=now)
    return said


async def _note(unit: UnitOfWork, trial: Trial, action: str, *, now: datetime) -> None:
    details = {"champion": trial.challenger_id, "before": trial.champion_id, "bar": trial.bar}
    await note(
        unit,
        trial.workspace_id,
        actor_id=PROGRAM,
        action=action,
        subject=trial.id,
        now=now,
        details=details,
    )


def evidence_of(trial: Trial, outcomes: Sequence[TrialOutcome]) -> Evidence:
    """Return how strongly a guard's drafts say that the release fell behind."""
    return weigh_decline([each.losses for each in outcomes], bar=trial.bar or 1.0, alpha=trial.alpha)
