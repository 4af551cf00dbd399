"""Workspaces, their channels and members, and how the bot got in."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from storage.models import Channel, Installation, Member, Workspace
from storage.repositories.base import Repository, found


class Workspaces(Repository):
    """The workspaces we work for."""

    async def find(self, workspace_id: str) -> Workspace | None:
        """Return the workspace, if we know it."""
        return await self._session.get(Workspace, workspace_id)

    async def get(self, workspace_id: str) -> Workspace:
        """Return the workspace.

        Raises:
            NotFound: we do not know it.
        """
        return found(await self.find(workspace_id), "workspace", workspace_id)

    async def ensure(
        self,
        workspace_id: str,
        *,
        now: datetime,
        name: str = "",
        bot_user_id: str | None = None,
        bot_id: str | None = None,
    ) -> Workspace:
        """Return the workspace, made if it is new; what is given about it is kept."""
        workspace = await self.find(workspace_id)
        if workspace is None:
            fresh = Workspace(id=workspace_id, created_at=now)
            await self._add_if_new(fresh)
            workspace = await self.get(workspace_id)
        _keep(workspace, name=name, bot_user_id=bot_user_id, bot_id=bot_id)
        return workspace

    async def lock(self, workspace_id: str, *, now: datetime) -> Workspace:
        """Return the workspace as it is now, made if it is new; nobody else changes it until this transaction ends."""
        await self.ensure(workspace_id, now=now)
        locked = select(Workspace).where(Workspace.id == workspace_id).with_for_update()
        workspace = await self._session.scalar(locked.execution_options(populate_existing=True))
        return found(workspace, "workspace", workspace_id)

    async def all(self) -> list[Workspace]:
        """Return every workspace, by id."""
        return list(await self._session.scalars(select(Workspace).order_by(Workspace.id)))


class Channels(Repository):
    """The channels the bot knows."""

    async def find(self, workspace_id: str, *, channel_id: str) -> Channel | None:
        """Return the channel, if we know it."""
        return await self._session.get(Channel, (workspace_id, channel_id))

    async def get(self, workspace_id: str, *, channel_id: str) -> Channel:
        """Return the channel.

        Raises:
            NotFound: we do not know it.
        """
        return found(await self.find(workspace_id, channel_id=channel_id), "channel", channel_id)

    async def ensure(self, workspace_id: str, *, channel_id: str, name: str = "") -> Channel:
        """Return the channel, made if it is new; a given name is kept."""
        channel = await self.find(workspace_id, channel_id=channel_id)
        if channel is None:
            await self._add_if_new(Channel(workspace_id=workspace_id, id=channel_id))
            channel = await self.get(workspace_id, channel_id=channel_id)
        _keep(channel, name=name)
        return channel

    async def lock(self, workspace_id: str, *, channel_id: str) -> Channel:
        """Return the channel as it is now, made if it is new; nobody else changes it until this transaction ends."""
        await self.ensure(workspace_id, channel_id=channel_id)
        its = (Channel.workspace_id == workspace_id, Channel.id == channel_id)
        locked = select(Channel).where(*its).with_for_update().execution_options(populate_existing=True)
        return found(await self._session.scalar(locked), "channel", channel_id)

    async def of_workspace(self, workspace_id: str) -> list[Channel]:
        """Return the workspace's channels, by id."""
        known = select(Channel).where(Channel.workspace_id == workspace_id)
        return list(await self._session.scalars(known.order_by(Channel.id)))

    async def due_for_digest(self, now: datetime, *, limit: int = 100) -> list[Channel]:
        """Return living channels that want a digest and whose time for it has come, the longest waiting first."""
        due = select(Channel).where(
            Channel.next_digest_at <= now, Channel.digest_enabled.is_(True), Channel.archived.is_(False)
        )
        return list(await self._session.scalars(due.order_by(Channel.next_digest_at).limit(limit)))

    async def unintroduced(self, *, limit: int) -> list[Channel]:
        """Return channels that Slack was never asked about; direct messages have no name to ask for."""
        unknown = select(Channel).where(
            Channel.refreshed_at.is_(None), Channel.archived.is_(False), Channel.id.not_like("D%")
        )
        return list(
            await self._session.scalars(unknown.order_by(Channel.workspace_id, Channel.id).limit(limit))
        )


class Members(Repository):
    """The people (and bots) of a workspace."""

    async def find(self, workspace_id: str, *, user_id: str) -> Member | None:
        """Return the member, if we have seen them."""
        return await self._session.get(Member, (workspace_id, user_id))

    async def ensure(self, workspace_id: str, *, user_id: str) -> Member:
        """Return the member, made if they are new to us."""
        member = await self.find(workspace_id, user_id=user_id)
        if member is None:
            await self._add_if_new(Member(workspace_id=workspace_id, id=user_id))
            member = found(await self.find(workspace_id, user_id=user_id), "member", user_id)
        return member

    async def of_ids(self, workspace_id: str, *, user_ids: Iterable[str]) -> dict[str, Member]:
        """Return those of the given people whom we know, by id."""
        wanted = sorted(set(user_ids))
        if not wanted:
            return {}
        known = select(Member).where(Member.workspace_id == workspace_id, Member.id.in_(wanted))
        return {member.id: member for member in await self._session.scalars(known)}

    async def unintroduced(self, *, limit: int) -> list[Member]:
        """Return people whom Slack was never asked about."""
        unknown = select(Member).where(Member.refreshed_at.is_(None))
        return list(
            await self._session.scalars(unknown.order_by(Member.workspace_id, Member.id).limit(limit))
        )

    async def opt_out(self, workspace_id: str, *, user_id: str, opted_out: bool = True) -> Member:
        """Note that this person's feedback must not count (or may count again)."""
        member = await self.ensure(workspace_id, user_id=user_id)
        member.opted_out = opted_out
        return member

    async def stop_asking(self, workspace_id: str, *, user_id: str) -> Member:
        """Note that this person wants no more requests for feedback."""
        member = await self.ensure(workspace_id, user_id=user_id)
        member.asks_stopped = True
        return member


class Installations(Repository):
    """The bot tokens of workspaces that installed the app by OAuth."""

    async def find(self, workspace_id: str) -> Installation | None:
        """Return the installation, if there is one."""
        return await self._session.get(Installation, workspace_id)

    async def save(self, installation: Installation) -> None:
        """Keep an installation; a later one of the same workspace replaces it."""
        if await self._add_if_new(installation):
            return
        known = found(await self.find(installation.workspace_id), "installation", installation.workspace_id)
        for name in ("bot_token", "bot_user_id", "bot_id", "scopes", "installed_by", "installed_at"):
            setattr(known, name, getattr(installation, name))
        await self._session.flush()

    async def remove(self, workspace_id: str) -> None:
        """Forget a workspace's token."""
        await self._session.execute(delete(Installation).where(Installation.workspace_id == workspace_id))


def _keep(row: Workspace | Channel, **given: str | None) -> None:
    for name, value in given.items():
        if value and getattr(row, name) != value:
            setattr(row, name, value)
