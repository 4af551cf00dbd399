"""Reads what people may see of releases and trials. Rules are shown to admins: some are of private channels."""

from dataclasses import dataclass, replace
from typing import Final, Protocol

from bot.evaluation.gate import GateVerdict
from bot.releases.outcome_words import build_gate_words, build_trial_words
from bot.releases.registry import ReleaseBook, ReleaseDiff
from bot.releases.release_place import NoSuchRelease, ReleasePlace
from bot.releases.release_words import (
    build_live,
    build_name,
    build_origin,
    build_row,
    build_run,
    build_settings,
    build_state,
)
from bot.releases.trial_words import build_trial_card
from bot.slack.blocks.releases import (
    MOST_RELEASES,
    MOST_TRIALS,
    ReleaseCard,
    ReleaseRow,
    ReleasesCard,
    ReleasesPart,
    RuleDifference,
    TrialCard,
    release_modal,
    releases_modal,
    trials_modal,
)
from bot.slack.fields import Modal
from bot.training.runs import TrainingRuns
from bot.trials.results import TrialLine, TrialResult
from storage.engine import Database
from storage.models import Release, ReleaseSeat
from storage.repositories.trials import OPEN
from storage.unit_of_work import UnitOfWork

_NO_RULES_FOR_MEMBERS: Final = "• Admins see which rules differ ({})."


class TrialLines(Protocol):
    """What tells of trials; figures only of closed ones."""

    async def lines(self, workspace_id: str, *, limit: int = 20) -> list[TrialLine]:
        """Return a workspace's trials, newest first."""
        ...

    async def result(self, trial_id: str) -> TrialResult:
        """Return how a trial stands."""
        ...


class GateVerdicts(Protocol):
    """What says how a challenger did on held-out corrections."""

    async def verdict(self, run_id: str) -> GateVerdict:
        """Return what was measured so far, and what it means."""
        ...


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks."""

    user_id: str
    is_admin: bool


class ReleaseBrowser:
    """Builds the screens about releases and trials from what is stored now."""

    def __init__(
        self,
        database: Database,
        *,
        book: ReleaseBook,
        runs: TrainingRuns,
        trials: TrialLines,
        gate: GateVerdicts,
    ) -> None:
        self._database = database
        self._book = book
        self._runs = runs
        self._trials = trials
        self._gate = gate

    async def part(self, workspace_id: str, *, viewer: Viewer) -> ReleasesPart:
        """Return what the Home tab says."""
        async with self._database.read() as unit:
            live = await _live(unit, workspace_id)
        cards = await self.trials(workspace_id, viewer=viewer, limit=1)
        return ReleasesPart(live, cards[0] if cards else None)

    async def list_modal(self, workspace_id: str, *, viewer: Viewer, notice: str = "") -> Modal:
        """Build the list of releases."""
        return releases_modal(await self.card(workspace_id, viewer=viewer, notice=notice))

    async def card(self, workspace_id: str, *, viewer: Viewer, notice: str = "") -> ReleasesCard:
        """Read the list: what is live, what goes on, all releases, and what this person may do."""
        async with self._database.read() as unit:
            live = await _live(unit, workspace_id)
            releases = await unit.releases.of_workspace(workspace_id, limit=MOST_RELEASES)
        run = await self._runs.find_under_way(workspace_id)
        may = {"cancel" if run else "retrain"} if viewer.is_admin else set()
        rows = tuple(ReleaseRow(release.id, build_row(release)) for release in releases)
        now = (build_run(run),) if run else ()
        return ReleasesCard(live, now, rows, frozenset(may), notice)

    async def page(
        self, workspace_id: str, *, viewer: Viewer, place: ReleasePlace, notice: str = ""
    ) -> Modal:
        """Build a release's page.

        Raises:
            NoSuchRelease: there is none of that id here.
        """
        card = await self.release_card(workspace_id, viewer=viewer, place=place)
        return release_modal(replace(card, notice=notice), metadata=place.to_json())

    async def release_card(self, workspace_id: str, *, viewer: Viewer, place: ReleasePlace) -> ReleaseCard:
        """Read what a release's page says.

        Raises:
            NoSuchRelease: there is none of that id here.
        """
        async with self._database.read() as unit:
            release = await unit.releases.find(place.release_id)
            if release is None or release.workspace_id != workspace_id:
                raise NoSuchRelease
            seat = await unit.releases.seat(workspace_id, task=release.task)
            other = await _other(unit, release, seat, compared=place.compared)
        card = ReleaseCard(
            release_id=release.id,
            name=build_name(release.number),
            state=build_state(release),
            origin=build_origin(release),
            proof=await self.proof(release),
            may=_may(release, seat) if viewer.is_admin else frozenset(),
        )
        return await self._compared(card, release, other, viewer) if other else card

    async def proof(self, release: Release) -> tuple[str, ...]:
        """Return what the gate and the trial showed of a release, as mrkdwn lines."""
        if release.run_id is None:
            return ()
        async with self._database.read() as unit:
            run = await unit.runs.get(release.run_id)
        verdict = await self._gate.verdict(run.id)
        result = await self._trials.result(run.trial_id) if run.trial_id else None
        return (
            *([build_gate_words(verdict)] if verdict.n else []),
            *([build_trial_words(result)] if result and result.state != OPEN else []),
        )

    async def trials_modal(self, workspace_id: str, *, viewer: Viewer, notice: str = "") -> Modal:
        """Build the list of trials."""
        return trials_modal(await self.trials(workspace_id, viewer=viewer), notice=notice)

    async def trials(self, workspace_id: str, *, viewer: Viewer, limit: int = MOST_TRIALS) -> list[TrialCard]:
        """Read the latest trials, as this person may see them."""
        lines = await self.lines(workspace_id, limit=limit)
        return [build_trial_card(line, may_stop=viewer.is_admin) for line in lines]

    async def lines(self, workspace_id: str, *, limit: int = MOST_TRIALS) -> list[TrialLine]:
        """Return the latest trials as they are stored."""
        return await self._trials.lines(workspace_id, limit=limit)

    async def _compared(
        self, card: ReleaseCard, release: Release, other: Release, viewer: Viewer
    ) -> ReleaseCard:
        diff = await self._book.diff(release.workspace_id, other.number, release.number)
        settings, rules = build_settings(diff.settings), _rules(diff)
        if rules and not viewer.is_admin:
            settings, rules = (*settings, _NO_RULES_FOR_MEMBERS.format(len(rules))), ()
        return replace(card, compared_with=build_name(other.number), settings=settings, rules=rules)


async def _live(unit: UnitOfWork, workspace_id: str) -> tuple[str, ...]:
    seats = await unit.releases.seats(workspace_id)
    return tuple([build_live(seat, await unit.releases.get(seat.champion_id)) for seat in seats])


async def _other(
    unit: UnitOfWork, release: Release, seat: ReleaseSeat | None, *, compared: int | None
) -> Release | None:
    """Return what a release is compared with: what was named, else the live one; for that, the one before it."""
    if compared is not None:
        return await unit.releases.find_number(release.workspace_id, number=compared)
    if seat is None:
        return None
    other_id = release.parent_id if seat.champion_id == release.id else seat.champion_id
    return await unit.releases.get(other_id) if other_id else None


def _may(release: Release, seat: ReleaseSeat | None) -> frozenset[str]:
    if seat is None or seat.champion_id == release.id:
        return frozenset({"roll_back"} if seat and seat.previous_id else ())
    return frozenset({"promote", "keep"} if release.state == "candidate" else {"promote"})


def _rules(diff: ReleaseDiff) -> tuple[RuleDifference, ...]:
    return tuple(RuleDifference(kind, before or "", after or "") for kind, before, after in diff.rules)
