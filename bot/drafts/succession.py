"""Makes releases of a deployment's settings: the first one, and one more whenever the settings change.

A change of settings needs no trial: whoever runs the deployment wants it so. Where a trainer's release is live, only
those settings change that the trainer left as they were: what was proven by a trial (its model, say) stays until
somebody rolls it back; then all settings hold again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.drafts.house_settings import HouseSettings
from bot.drafts.release_rows import SETTINGS, add_release, name_of, spec_of
from bot.drafts.release_spec import ReleaseSpec
from bot.team.audit import note
from storage.models import Release, ReleaseSeat
from storage.models.release import EVERY_TASK
from storage.unit_of_work import UnitOfWork

PROGRAM: Final = "program"
LIVE, RETIRED = "live", "retired"
FIRST, CHANGED, REPLACED = "first", "settings", "replaced"


@dataclass(frozen=True, slots=True)
class _Due:
    """A seat that another release should sit on."""

    seat: ReleaseSeat | None
    champion: Release | None
    spec: ReleaseSpec


async def follow_settings(
    unit: UnitOfWork, workspace_id: str, house: HouseSettings, *, now: datetime, only_look: bool = False
) -> bool:
    """Put a release on every seat that writes as the settings say; return whether there was anything to do.

    The same settings as before are the same release again, so replicas with different settings do not go on making
    new ones. Unless it `only_look`s, the caller holds the workspace's lock.
    """
    due = await _due(unit, workspace_id, house)
    if not only_look:
        for one in due:
            await _follow(unit, workspace_id, one, house, now=now)
    return bool(due)


async def _due(unit: UnitOfWork, workspace_id: str, house: HouseSettings) -> list[_Due]:
    seats = await unit.releases.seats(workspace_id)
    due: list[_Due] = []
    if not any(seat.task == EVERY_TASK for seat in seats):
        due.append(_Due(None, None, house.spec("")))
    for seat in seats:
        champion = await unit.releases.get(seat.champion_id)
        spec = _with_settings(spec_of(champion), HouseSettings.from_json(champion.house), house)
        if spec != spec_of(champion):
            due.append(_Due(seat, champion, spec))
    return due


def _with_settings(spec: ReleaseSpec, before: HouseSettings | None, house: HouseSettings) -> ReleaseSpec:
    """Return how a release writes once it follows the settings in all that it took from them."""
    if before is None:
        return spec
    is_own_model = spec.use.adapter is not None or spec.use.model != before.model
    return replace(
        spec,
        use=spec.use if is_own_model else replace(spec.use, model=house.model),
        temperature=house.temperature if spec.temperature == before.temperature else spec.temperature,
        max_tokens=house.max_tokens if spec.max_tokens == before.max_tokens else spec.max_tokens,
        layout=house.layout if spec.layout == before.layout else spec.layout,
        examples=house.examples if spec.examples == before.examples else spec.examples,
    )


async def _follow(
    unit: UnitOfWork, workspace_id: str, due: _Due, house: HouseSettings, *, now: datetime
) -> None:
    task = EVERY_TASK if due.seat is None else due.seat.task
    release = await unit.releases.find_alike(workspace_id, task=task, fingerprint=due.spec.fingerprint)
    if release is None or HouseSettings.from_json(release.house) != house:
        release = await add_release(
            unit,
            workspace_id,
            due.spec,
            now=now,
            task=task,
            origin=SETTINGS,
            parent_id=due.champion.id if due.champion else None,
            dataset_version_id=due.champion.dataset_version_id if due.champion else None,
            house=house.to_json(),
            created_by=PROGRAM,
        )
    await seat_release(unit, release, due.seat, by=PROGRAM, now=now)
    release.reason = FIRST if due.champion is None else CHANGED
    await _note(unit, release, due.champion, now=now)


async def seat_release(
    unit: UnitOfWork, release: Release, seat: ReleaseSeat | None, *, by: str, now: datetime
) -> ReleaseSeat:
    """Let a release write from a seat (None: a new seat of its task); where a rollback leads stays as it is."""
    if seat is None:
        seat = ReleaseSeat(
            workspace_id=release.workspace_id,
            task=release.task,
            champion_id=release.id,
            changed_by=by,
            changed_at=now,
            version=1,
        )
        await unit.releases.take_seat(seat)
    else:
        seat.before_id, seat.champion_id = seat.champion_id, release.id
        seat.challenger_id = seat.trial_id = None  # A trial against who wrote before says nothing any more.
        seat.version, seat.changed_by, seat.changed_at = seat.version + 1, by, now
    release.state, release.reason = LIVE, ""
    await unit.flush()
    if seat.before_id is not None:
        await retire(unit, seat.before_id, reason=REPLACED)
    return seat


async def retire(unit: UnitOfWork, release_id: str, *, reason: str) -> None:
    """Note that a release writes no longer, unless it still writes from another seat."""
    release = await unit.releases.get(release_id)
    seats = await unit.releases.seats(release.workspace_id)
    if all(seat.champion_id != release.id for seat in seats):
        release.state, release.reason = RETIRED, reason


async def _note(unit: UnitOfWork, release: Release, before: Release | None, *, now: datetime) -> None:
    await note(
        unit,
        release.workspace_id,
        actor_id=PROGRAM,
        action="release.settings",
        subject=release.id,
        now=now,
        details={
            "release": name_of(release.number),
            "before": name_of(before.number) if before else None,
            "task": release.task,
        },
    )
