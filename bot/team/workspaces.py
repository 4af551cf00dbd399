"""How a workspace wants it: its time zone, what counts as feedback and what follows from it, where admins are told."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final, Protocol, Self

from bot.errors import BotError, FormError
from bot.runtime.local_time import find_zone
from bot.team.audit import note
from bot.team.forms import ChangedMeanwhile, changes, fingerprint
from bot.team.policy import BY_ADMINS, RULES_BY, Policy
from storage.engine import Database
from storage.models import Workspace
from storage.unit_of_work import UnitOfWork

LOWEST_QUORUM: Final = 2
HIGHEST_QUORUM: Final = 20


class ZonePlanner(Protocol):
    """The one place that knows what is planned by local time: `bot.digests.timetable`, which stands above us."""

    async def move_zone(self, unit: UnitOfWork, workspace: Workspace, *, zone: str) -> None:
        """Set a workspace's time zone and plan everything anew that goes by it."""
        ...


PolicyChanged = Callable[[UnitOfWork, str, Policy, Policy], Awaitable[None]]


@dataclass(frozen=True)
class WorkspaceWays:
    """A workspace's settings as people see them."""

    zone: str = "UTC"
    flag_quorum: int = 0
    implicit: bool = False
    other_organisations: bool | None = None
    admin_channel: str | None = None
    rules_by: str = BY_ADMINS

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Read a workspace's row."""
        policy = Policy.of(workspace.settings)
        return cls(
            workspace.timezone,
            policy.flag_quorum,
            policy.implicit,
            policy.other_organisations,
            workspace.admin_channel_id,
            policy.rules_by,
        )

    @property
    def seen(self) -> str:
        """The fingerprint of these settings."""
        return fingerprint(asdict(self))

    def problems(self) -> dict[str, str]:
        """Return what is wrong, by field."""
        wrong = {}
        if self.flag_quorum != 0 and not LOWEST_QUORUM <= self.flag_quorum <= HIGHEST_QUORUM:
            wrong["quorum"] = (
                f"Please write 0 for never, or a number from {LOWEST_QUORUM} to {HIGHEST_QUORUM}."
            )
        if self.rules_by not in RULES_BY:
            wrong["rules_by"] = "Please pick one from the list."
        try:
            find_zone(self.zone)
        except BotError as problem:
            wrong["zone"] = problem.sentence
        return wrong


class WorkspaceSettings:
    """Reads and saves workspaces' settings; a save is one transaction with its audit entry."""

    def __init__(
        self,
        database: Database,
        *,
        planner: ZonePlanner,
        clock: Callable[[], datetime],
        policy_changed: PolicyChanged | None = None,
    ) -> None:
        """`policy_changed(unit, workspace_id, before, after)` runs in the saving transaction."""
        self._database = database
        self._planner = planner
        self._clock = clock
        self._policy_changed = policy_changed

    async def read(self, workspace_id: str) -> WorkspaceWays:
        """Return a workspace's settings."""
        async with self._database.read() as unit:
            workspace = await unit.workspaces.find(workspace_id)
        return WorkspaceWays.of(workspace) if workspace else WorkspaceWays()

    async def policy(self, workspace_id: str) -> Policy:
        """Return a workspace's policy."""
        async with self._database.read() as unit:
            workspace = await unit.workspaces.find(workspace_id)
        return Policy.of(workspace.settings if workspace else None)

    async def save(self, workspace_id: str, *, ways: WorkspaceWays, seen: str, user_id: str) -> bool:
        """Keep a workspace's settings; return False when they are so already.

        Raises:
            FormError: something is wrong with a field; nothing was kept.
            ChangedMeanwhile: somebody else was faster; nothing was kept.
        """
        if wrong := ways.problems():
            raise FormError(wrong)
        ways, now = replace(ways, zone=find_zone(ways.zone).key), self._clock()
        async with self._database.begin() as unit:
            workspace = await unit.workspaces.lock(workspace_id, now=now)
            before = WorkspaceWays.of(workspace)
            if before == ways:
                return False
            if before.seen != seen:
                raise ChangedMeanwhile
            await self._write(unit, workspace, ways)
            details = changes(asdict(before), asdict(ways))
            await note(
                unit,
                workspace_id,
                actor_id=user_id,
                action="workspace.settings",
                subject=workspace_id,
                now=now,
                details=details,
            )
        return True

    async def save_emoji(self, workspace_id: str, *, emoji: dict[str, str], seen: str, user_id: str) -> bool:
        """Keep a workspace's own emoji; return False when they are so already.

        Raises:
            ChangedMeanwhile: somebody else was faster; nothing was kept.
        """
        now = self._clock()
        async with self._database.begin() as unit:
            workspace = await unit.workspaces.lock(workspace_id, now=now)
            before = Policy.of(workspace.settings)
            if dict(before.emoji) == emoji:
                return False
            if fingerprint(before.emoji) != seen:
                raise ChangedMeanwhile
            await self._keep(unit, workspace, replace(before, emoji=emoji))
            details = {"before": dict(before.emoji), "after": emoji}
            await note(
                unit,
                workspace_id,
                actor_id=user_id,
                action="emoji.changed",
                subject=workspace_id,
                now=now,
                details=details,
            )
        return True

    async def _write(self, unit: UnitOfWork, workspace: Workspace, ways: WorkspaceWays) -> None:
        if ways.zone != workspace.timezone:
            await self._planner.move_zone(unit, workspace, zone=ways.zone)
        workspace.admin_channel_id = ways.admin_channel
        policy = replace(
            Policy.of(workspace.settings),
            flag_quorum=ways.flag_quorum,
            implicit=ways.implicit,
            other_organisations=ways.other_organisations,
            rules_by=ways.rules_by,
        )
        await self._keep(unit, workspace, policy)

    async def _keep(self, unit: UnitOfWork, workspace: Workspace, policy: Policy) -> None:
        before = Policy.of(workspace.settings)
        policy.write(workspace)
        if self._policy_changed is not None and policy != before:
            await self._policy_changed(unit, workspace.id, before, policy)
