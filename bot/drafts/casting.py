"""Who writes a draft: the release on its seat, or the one that a trial of live drafts gives it to."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.drafts.house_settings import HouseSettings
from bot.drafts.release_rows import spec_of
from bot.drafts.release_spec import ReleaseSpec
from bot.drafts.succession import follow_settings
from bot.drafts.tally_moves import move_opinions
from bot.errors import BotError
from bot.settings import Settings
from storage.engine import Database
from storage.models import Draft, ReleaseSeat, Trial, TrialOutcome
from storage.unit_of_work import UnitOfWork

__all__ = ["Cast", "Casting", "NobodyWrites", "arm_of", "spec_of"]

Arm = Literal["champion", "challenger"]
_OF_LIVE_DRAFTS: Final = frozenset({"randomised", "guard"})  # modes of trials that live drafts take part in


class NobodyWrites(BotError):
    """No release is live: `Casting.ensure` was not called."""

    code = "no_release"
    sentence = "Nothing is set up to write drafts here yet. Trying again usually helps."


@dataclass(frozen=True, slots=True)
class Cast:
    """Who writes one draft.

    Args:
        release_id: of the release.
        spec: how it writes.
        seat_version: of the seat when this was found.
        trial_id: of the trial that the draft takes part in, if it does.
        arm: of that trial.
    """

    release_id: str
    spec: ReleaseSpec
    seat_version: int
    trial_id: str | None = None
    arm: Arm | None = None


class Casting:
    """Finds who writes, and notes who wrote."""

    def __init__(self, database: Database, *, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._house = HouseSettings.of(settings)
        self._clock = clock

    async def ensure(self, workspace_id: str) -> None:
        """See to it that a release is live, and that settings which changed are followed; see `follow_settings`."""
        async with self._database.read() as unit:
            if not await follow_settings(unit, workspace_id, self._house, now=self._clock(), only_look=True):
                return
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=self._clock())
            await follow_settings(unit, workspace_id, self._house, now=self._clock())

    async def champion(self, workspace_id: str, *, task: str) -> ReleaseSpec:
        """Return how the live release of a task writes."""
        await self.ensure(workspace_id)
        async with self._database.read() as unit:
            seat = await unit.releases.seat(workspace_id, task=task)
            return spec_of(await unit.releases.get(_taken(seat).champion_id))

    async def cast(self, unit: UnitOfWork, draft: Draft) -> Cast:
        """Return who writes a draft; asked again it is the same, as long as its seat does not move.

        Raises:
            NobodyWrites: no release is live.
        """
        return await _cast(unit, draft, await unit.releases.seat(draft.workspace_id, task=draft.task))

    async def assign(self, draft: Draft) -> Cast:
        """Return who writes a draft, and note its arm before anything is written: one that fails is its arm's loss.

        Raises:
            NobodyWrites: no release is live.
        """
        await self.ensure(draft.workspace_id)
        async with self._database.read() as unit:
            cast = await self.cast(unit, draft)
        if cast.trial_id is not None:
            async with self._database.begin() as unit:
                await self._note_arm(unit, draft, cast)
        return cast

    async def writer_of(self, draft: Draft) -> ReleaseSpec:
        """Return how the next text of a draft is written: by its arm while its trial is open, else by who is live."""
        await self.ensure(draft.workspace_id)
        async with self._database.read() as unit:
            seat = _taken(await unit.releases.seat(draft.workspace_id, task=draft.task))
            trial = await _trial_on(unit, seat)
            if trial is not None and await unit.trials.find_outcome(trial.id, draft_id=draft.id) is not None:
                return (await _cast(unit, draft, seat)).spec
            return spec_of(await unit.releases.get(seat.champion_id))

    async def settle(self, unit: UnitOfWork, draft: Draft, cast: Cast) -> bool:
        """Note who wrote a draft, in the transaction that keeps its text; the draft is locked.

        Returns:
            False when the seat moved while the text was written: then it is to be written again.
        """
        seat = await unit.releases.hold_seat(draft.workspace_id, task=draft.task)
        now = await _cast(unit, draft, seat)
        if (now.release_id, now.seat_version) != (cast.release_id, cast.seat_version):
            return False
        if draft.release != now.spec.name:
            await move_opinions(unit, draft, release=now.spec.name)
            draft.release = now.spec.name
        await self._note_arm(unit, draft, now)  # The trial may have begun while the text was written.
        return True

    async def _note_arm(self, unit: UnitOfWork, draft: Draft, cast: Cast) -> None:
        """Note a draft's arm, if it takes part in a trial; what is noted stays."""
        if cast.trial_id is None or cast.arm is None:
            return
        await unit.trials.assign(
            TrialOutcome(
                trial_id=cast.trial_id,
                draft_id=draft.id,
                workspace_id=draft.workspace_id,
                arm=cast.arm,
                losses={},
                assigned_at=self._clock(),
            )
        )


async def _cast(unit: UnitOfWork, draft: Draft, seat: ReleaseSeat | None) -> Cast:
    taken = _taken(seat)
    trial = await _trial_on(unit, taken)
    arm = None if trial is None else arm_of(trial, draft.id)
    writes = trial.challenger_id if trial is not None and arm == "challenger" else taken.champion_id
    spec = spec_of(await unit.releases.get(writes))
    return Cast(writes, spec, taken.version, None if trial is None else trial.id, arm)


def _taken(seat: ReleaseSeat | None) -> ReleaseSeat:
    if seat is None:
        raise NobodyWrites
    return seat


async def _trial_on(unit: UnitOfWork, seat: ReleaseSeat) -> Trial | None:
    """Return the open trial that the seat's live drafts take part in, if there is one."""
    trial = await unit.trials.find(seat.trial_id, workspace_id=seat.workspace_id) if seat.trial_id else None
    if trial is None or trial.state != "open" or trial.mode not in _OF_LIVE_DRAFTS:
        return None
    return trial if trial.champion_id == seat.champion_id else None


def arm_of(trial: Trial, draft_id: str) -> Arm:
    """Draw a draft's arm: always the same one, and the challenger's for a `share` of all drafts."""
    drawn = hashlib.sha256(f"{trial.id}:{draft_id}".encode()).digest()[:8]
    return "challenger" if int.from_bytes(drawn) / 2**64 < trial.share else "champion"
