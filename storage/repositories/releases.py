"""Releases, the seats they sit on, and the rules that promotions changed."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from storage.models import Release, ReleaseChange, ReleaseSeat, Workspace
from storage.models.release import EVERY_TASK
from storage.repositories.base import Repository, found


class Releases(Repository):
    """Everything that writes drafts, by number."""

    async def next_number(self, workspace_id: str) -> int:
        """Return the number of the workspace's next release; others who ask wait until this transaction ends."""
        await self._session.execute(
            select(Workspace.id).where(Workspace.id == workspace_id).with_for_update()
        )
        last = select(func.max(Release.number)).where(Release.workspace_id == workspace_id)
        return (await self._session.scalar(last) or 0) + 1

    async def add(self, release: Release) -> Release:
        """Keep a new release."""
        self._session.add(release)
        await self._session.flush()
        return release

    async def get(self, release_id: str) -> Release:
        """Return the release.

        Raises:
            NotFound: there is none.
        """
        return found(await self._session.get(Release, release_id), "release", release_id)

    async def find(self, release_id: str) -> Release | None:
        """Return the release as it is now, if there is one."""
        return await self._session.get(Release, release_id, populate_existing=True)

    async def find_alike(self, workspace_id: str, *, task: str, fingerprint: str) -> Release | None:
        """Return the latest release of a seat that writes just so, if there is one to write with."""
        alike = select(Release).where(
            Release.workspace_id == workspace_id,
            Release.task == task,
            Release.fingerprint == fingerprint,
            Release.marked_at.is_(None),
            Release.state.in_(("live", "retired")),
        )
        found_release: Release | None = await self._session.scalar(
            alike.order_by(Release.number.desc()).limit(1)
        )
        return found_release

    async def find_number(self, workspace_id: str, *, number: int) -> Release | None:
        """Return the workspace's release of that number, if there is one."""
        wanted = select(Release).where(Release.workspace_id == workspace_id, Release.number == number)
        found_release: Release | None = await self._session.scalar(wanted)
        return found_release

    async def of_workspace(self, workspace_id: str, *, limit: int = 20) -> Sequence[Release]:
        """Return the workspace's releases, newest first."""
        all_of = select(Release).where(Release.workspace_id == workspace_id)
        return list(await self._session.scalars(all_of.order_by(Release.number.desc()).limit(limit)))

    async def seat(self, workspace_id: str, *, task: str) -> ReleaseSeat | None:
        """Return the seat that a task's drafts are written from: its own, or every task's."""
        seats = await self.seats(workspace_id, tasks=(task, EVERY_TASK))
        return max(seats, key=lambda seat: seat.task == task, default=None)

    async def seats(self, workspace_id: str, *, tasks: Sequence[str] | None = None) -> Sequence[ReleaseSeat]:
        """Return the workspace's seats, or those of some tasks only."""
        wanted = select(ReleaseSeat).where(ReleaseSeat.workspace_id == workspace_id)
        if tasks is not None:
            wanted = wanted.where(ReleaseSeat.task.in_(tasks))
        return list(await self._session.scalars(wanted.order_by(ReleaseSeat.task)))

    async def lock_seat(self, workspace_id: str, *, task: str) -> ReleaseSeat | None:
        """Return exactly that seat as it is now; nobody else changes it until this transaction ends."""
        locked = select(ReleaseSeat).where(ReleaseSeat.workspace_id == workspace_id, ReleaseSeat.task == task)
        seat: ReleaseSeat | None = await self._session.scalar(
            locked.with_for_update().execution_options(populate_existing=True)
        )
        return seat

    async def hold_seat(self, workspace_id: str, *, task: str) -> ReleaseSeat | None:
        """Return the seat that a task's drafts are written from now; nobody moves it until this transaction ends.

        Others may hold it at the same time: drafts do not wait for one another.
        """
        held = select(ReleaseSeat).where(
            ReleaseSeat.workspace_id == workspace_id, ReleaseSeat.task.in_((task, EVERY_TASK))
        )
        seats = await self._session.scalars(
            held.order_by(ReleaseSeat.task)
            .with_for_update(read=True)
            .execution_options(populate_existing=True)
        )
        return max(seats, key=lambda seat: seat.task == task, default=None)

    async def leave_seat(self, seat: ReleaseSeat) -> None:
        """Take a task's own seat away: its drafts are written from every task's again."""
        await self._session.delete(seat)
        await self._session.flush()

    async def take_seat(self, seat: ReleaseSeat) -> bool:
        """Keep a new seat; False when there is one already, also in a race."""
        return await self._add_if_new(seat)

    async def add_changes(self, changes: Sequence[ReleaseChange]) -> None:
        """Keep what a promotion changed."""
        self._session.add_all(changes)
        await self._session.flush()

    async def changes_of(self, release_id: str) -> Sequence[ReleaseChange]:
        """Return what a promotion changed, in its order."""
        made = select(ReleaseChange).where(ReleaseChange.release_id == release_id)
        return list(await self._session.scalars(made.order_by(ReleaseChange.position)))

    async def undone_changes(
        self, workspace_id: str, *, rule_ids: Collection[str]
    ) -> Sequence[ReleaseChange]:
        """Return what promotions changed in these rules and a rollback took back."""
        undone = select(ReleaseChange).where(
            ReleaseChange.workspace_id == workspace_id,
            ReleaseChange.rule_id.in_(sorted(rule_ids)),
            ReleaseChange.undone_version.is_not(None),
        )
        return list(await self._session.scalars(undone))
