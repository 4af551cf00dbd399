"""What keeps the machine honest: posts that happen once, living replicas, the audit log, the right key."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from storage.keyring import KeyringError
from storage.models import AuditEntry, KeyCheck, Post, Replica
from storage.repositories.base import Repository, found

_KEY_CHECK = "keyring"


class Posts(Repository):
    """Messages that are posted at most once, by key."""

    async def find(self, workspace_id: str, *, key: str) -> Post | None:
        """Return the post of that key, if it was ever tried."""
        return await self._session.get(Post, (workspace_id, key))

    async def begin(self, workspace_id: str, *, key: str, channel_id: str, now: datetime) -> Post:
        """Note that a post is about to be tried, and return it.

        One that is there already is returned as it is: with `ts` it is done, without it somebody tried before us and
        Slack may have taken it.
        """
        post = Post(workspace_id=workspace_id, key=key, channel_id=channel_id, attempted_at=now)
        if await self._add_if_new(post):
            return post
        return found(await self.find(workspace_id, key=key), "post", key)

    async def done(self, workspace_id: str, *, key: str, ts: str) -> None:
        """Note what Slack calls the post."""
        post = found(await self.find(workspace_id, key=key), "post", key)
        post.ts = ts


class Replicas(Repository):
    """Running processes."""

    async def beat(self, replica_id: str, *, now: datetime, version: str) -> None:
        """Note that a replica is alive."""
        replica = await self._session.get(Replica, replica_id)
        if replica is None:
            fresh = Replica(id=replica_id, started_at=now, beat_at=now, version=version)
            await self._add_if_new(fresh)
            return
        replica.beat_at, replica.version, replica.stopped = now, version, False

    async def dead(self, now: datetime, *, older_than: timedelta) -> list[Replica]:
        """Return the replicas that fell silent without saying goodbye."""
        silent = select(Replica).where(Replica.stopped.is_(False), Replica.beat_at < now - older_than)
        return list(await self._session.scalars(silent.order_by(Replica.id)))

    async def living(self, now: datetime, *, younger_than: timedelta) -> list[Replica]:
        """Return the replicas that were heard of lately."""
        heard = select(Replica).where(Replica.stopped.is_(False), Replica.beat_at >= now - younger_than)
        return list(await self._session.scalars(heard.order_by(Replica.id)))

    async def claim(self, replica_id: str, *, now: datetime, older_than: timedelta) -> bool:
        """Take the right to finish the work of a replica that stopped, fell silent or is unknown.

        Only one asker gets it, in a race too: the row then counts as living for `older_than`, after which, if the
        claimant died half-way, somebody else may claim it.
        """
        values = {"id": replica_id, "started_at": now, "beat_at": now, "version": "", "stopped": False}
        claimed = (
            self._insert(Replica)
            .values(values)
            .on_conflict_do_update(
                index_elements=[Replica.id],
                set_={"beat_at": now, "stopped": False},
                where=Replica.stopped.is_(True) | (Replica.beat_at < now - older_than),
            )
            .returning(Replica.id)
        )
        return (await self._session.execute(claimed)).first() is not None

    async def forget(self, *, silent_since: datetime) -> None:
        """Drop the rows of processes that ended long ago."""
        await self._session.execute(delete(Replica).where(Replica.beat_at < silent_since))

    async def stop(self, replica_id: str) -> None:
        """Note that a replica ended, or that its work was taken over."""
        await self._session.execute(update(Replica).where(Replica.id == replica_id).values(stopped=True))


class AuditLog(Repository):
    """What admins and the program decided."""

    async def add(self, entry: AuditEntry) -> None:
        """Append an entry."""
        self._session.add(entry)
        await self._session.flush()

    async def subjects(self, workspace_id: str, *, action: str, among: Collection[str]) -> set[str]:
        """Return which of these subjects an action was ever done to."""
        done = select(AuditEntry.subject).where(
            AuditEntry.workspace_id == workspace_id,
            AuditEntry.action == action,
            AuditEntry.subject.in_(among),
        )
        return set(await self._session.scalars(done))

    async def of_workspace(self, workspace_id: str, *, limit: int = 100) -> list[AuditEntry]:
        """Return the workspace's entries, newest first."""
        entries = select(AuditEntry).where(AuditEntry.workspace_id == workspace_id)
        return list(
            await self._session.scalars(entries.order_by(AuditEntry.at.desc(), AuditEntry.id).limit(limit))
        )


class KeyChecks(Repository):
    """The sealed word that tells the deployment's own keys from any other."""

    async def verify(self) -> None:
        """Open the sealed word; a database without one gets it.

        Raises:
            KeyringError: our keys do not open it; nothing was written.
        """
        await self._add_if_new(KeyCheck(id=_KEY_CHECK, word="draftloop"))
        check = await self._session.get(KeyCheck, _KEY_CHECK, populate_existing=True)
        try:
            _ = found(check, "key check", _KEY_CHECK).word
        except KeyringError as error:
            raise KeyringError(
                "This database was sealed with another key. Set DRAFTLOOP_ENCRYPTION_KEYS to the keys it was made with"
                " (or put its key file back); nothing was changed."
            ) from error
