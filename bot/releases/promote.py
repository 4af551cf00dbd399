"""Promotion and rollback: one transaction each, without a model and without Slack; the next draft follows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.drafts.overlay import still_meant
from bot.drafts.release_rows import SETTINGS, name_of
from bot.drafts.release_spec import RuleChange, read_overlay
from bot.drafts.succession import retire, seat_release
from bot.learning.rules.rule_changes import Hand
from bot.releases.rule_moves import apply_changes, take_back
from bot.team.audit import note
from storage.engine import Database
from storage.models import Release, ReleaseChange, ReleaseSeat
from storage.models.release import EVERY_TASK
from storage.unit_of_work import UnitOfWork

REJECTED, RETIRED, ROLLED_BACK, GUARD = "rejected", "retired", "rolled_back", "guard"
_GONE: Final = "That release is not there any more."
_MARKED: Final = (
    "That release was trained on something that has been erased since, so it does not go live any more."
)
_NOWHERE: Final = "There is nothing to roll back: no release was promoted here since the last rollback."
_LIVE: Final = "That release is live. Roll it back instead."
_NOT_LIVE: Final = "That release is not live any more, so nothing was changed."


@dataclass(frozen=True, slots=True)
class Promoted:
    """The release writes from the next draft on; `rules` of its changes were made, `left` were not: people moved on."""

    number: int
    rules: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class RolledBack:
    """The release of this number writes again; `rules` were put back, `left` stay as people want them."""

    number: int
    rules: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Rejected:
    """The release is not taken; it is kept, and may still be promoted."""

    number: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """It is so already."""

    number: int


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be done; the sentence says why."""

    sentence: str


class Promotion:
    """Moves releases on and off their seats; who may do so is the caller's to check, at that moment."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def promote(self, release_id: str, *, by: str, reason: str) -> Promoted | Unchanged | Refused:
        """Let a release write from its task's seat; a second time changes nothing.

        Args:
            release_id: the release, whatever was live when it was made.
            by: who decided, or `program`.
            reason: a code: `admin`, `operator`, `trial`.
        """
        async with self._database.begin() as unit:
            release = await self._locked(unit, release_id)
            if release is None:
                return Refused(_GONE)
            seat = await unit.releases.lock_seat(release.workspace_id, task=release.task)
            if seat is not None and seat.champion_id == release.id:
                return Unchanged(release.number)
            if release.marked_at is not None:
                return Refused(_MARKED)
            return await self._promote(unit, release, seat, by=by, reason=reason)

    async def roll_back(
        self, workspace_id: str, *, task: str, by: str, reason: str, release_id: str | None = None
    ) -> RolledBack | Unchanged | Refused:
        """Let the release write again that wrote before the promotion; there is one step back, not two.

        Args:
            workspace_id: whose.
            task: of the seat; "" is every task without its own.
            by: who decided, or `program`.
            reason: a code: `admin`, `operator`, `guard`.
            release_id: what they want to be rid of; when another one was promoted since, that one stays.
        """
        now = self._clock()
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=now)
            seat = await unit.releases.lock_seat(workspace_id, task=task)
            before = await unit.releases.find(seat.previous_id) if seat and seat.previous_id else None
            if seat is None or before is None:
                return Refused(_NOWHERE)
            fallen = await unit.releases.get(seat.champion_id)
            if release_id is not None and not await _goes_on_in(unit, release_id, fallen):
                return Refused(_NOT_LIVE)
            changes = await _changes_since(unit, fallen, before)
            hand = Hand(unit, now, by)
            undone = [await take_back(hand, change) for change in reversed(changes)]
            back = await _leave(unit, seat, before, by=by, now=now)
            await retire(unit, fallen.id, reason=GUARD if reason == GUARD else ROLLED_BACK)
            done = RolledBack(back.number, sum(undone), len(undone) - sum(undone))
            details = {"back": name_of(back.number), "rules": done.rules, "left": done.left}
            await _note(unit, fallen, "rolled_back", by=by, reason=reason, now=now, **details)
            return done

    async def reject(self, release_id: str, *, by: str, reason: str) -> Rejected | Unchanged | Refused:
        """Note that a candidate is not taken; `reason` is a code."""
        async with self._database.begin() as unit:
            release = await self._locked(unit, release_id)
            if release is None:
                return Refused(_GONE)
            if release.state == "live":
                return Refused(_LIVE)
            if release.state in (REJECTED, RETIRED):
                return Unchanged(release.number)
            release.state, release.reason = REJECTED, reason
            await _note(unit, release, "rejected", by=by, reason=reason, now=self._clock())
            return Rejected(release.number)

    async def _locked(self, unit: UnitOfWork, release_id: str) -> Release | None:
        """Return the release as it is once nobody else moves releases or rules of its workspace."""
        release = await unit.releases.find(release_id)
        if release is None:
            return None
        await unit.workspaces.lock(release.workspace_id, now=self._clock())
        return await unit.releases.find(release_id)

    async def _promote(
        self, unit: UnitOfWork, release: Release, seat: ReleaseSeat | None, *, by: str, reason: str
    ) -> Promoted:
        now = self._clock()
        before_id = await _writes_now(unit, release, seat)
        changes = read_overlay(release.overlay)
        own = [
            one
            for one in await still_meant(unit, release.workspace_id, changes)
            if await _is_within(unit, one, release)
        ]
        known = await unit.releases.changes_of(release.id)
        made = await apply_changes(
            Hand(unit, now, by), release.id, own, workspace_id=release.workspace_id, first=len(known)
        )
        await unit.releases.add_changes(made)
        seat = await seat_release(unit, release, seat, by=by, now=now)
        seat.previous_id = before_id
        seat.before_id = seat.before_id or before_id
        done = Promoted(release.number, len(made), len(changes) - len(made))
        details = {"rules": done.rules, "left": done.left, "task": release.task}
        await _note(unit, release, "promoted", by=by, reason=reason, now=now, **details)
        return done


async def _writes_now(unit: UnitOfWork, release: Release, seat: ReleaseSeat | None) -> str | None:
    """Return what writes a release's drafts so far: from its task's own seat, or from every task's."""
    if seat is not None:
        return seat.champion_id
    common = await unit.releases.seat(release.workspace_id, task=release.task)
    return None if common is None else common.champion_id


async def _is_within(unit: UnitOfWork, change: RuleChange, release: Release) -> bool:
    """Tell whether a change is about drafts of the release's task alone, so that the playbook may have it.

    What is broader stays a change of this release: the drafts of other tasks are none of its business.
    """
    if release.task == EVERY_TASK:
        return True
    if change.scope is not None:
        return change.scope.task == release.task
    rule = await unit.rules.find(release.workspace_id, rule_id=change.rule_id)
    return rule is not None and rule.task == release.task


async def _goes_on_in(unit: UnitOfWork, release_id: str, live: Release) -> bool:
    """Tell whether the live release is that one, perhaps with settings that changed since then."""
    release = live
    while release.id != release_id:
        if release.origin != SETTINGS or release.parent_id is None:
            return False
        release = await unit.releases.get(release.parent_id)
    return True


async def _changes_since(unit: UnitOfWork, fallen: Release, before: Release) -> Sequence[ReleaseChange]:
    """Return what promotions changed in rules and what stands; settings that changed since then changed none."""
    changes: list[ReleaseChange] = []
    release = fallen
    while release.id != before.id:
        standing = [one for one in await unit.releases.changes_of(release.id) if one.undone_at is None]
        changes = [*standing, *changes]
        if release.origin != SETTINGS or release.parent_id is None:
            break
        release = await unit.releases.get(release.parent_id)
    return changes


async def _leave(unit: UnitOfWork, seat: ReleaseSeat, before: Release, *, by: str, now: datetime) -> Release:
    """Let who wrote before write again: from this seat, or from every task's where it was lent from there."""
    if before.task == seat.task:
        await seat_release(unit, before, seat, by=by, now=now)
        seat.previous_id = None
        return before
    await unit.releases.leave_seat(seat)
    common = await unit.releases.seat(seat.workspace_id, task=EVERY_TASK)
    return before if common is None else await unit.releases.get(common.champion_id)


async def _note(
    unit: UnitOfWork, release: Release, action: str, *, by: str, reason: str, now: datetime, **details: object
) -> None:
    await note(
        unit,
        release.workspace_id,
        actor_id=by,
        action=f"release.{action}",
        subject=release.id,
        now=now,
        details={"release": name_of(release.number), "reason": reason, **details},
    )
