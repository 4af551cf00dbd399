"""When to retrain: at a workspace's local cron time, or when enough new corrections have come together."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.errors import BotError
from bot.logs import get_logger
from bot.runtime.schedule import next_cron
from bot.training.runs import TrainingRuns
from storage.engine import Database
from storage.models import Workspace
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
_Look = Callable[[str, datetime], Awaitable[None]]


class RetrainTriggers:
    """Looks at every workspace on each tick and asks for runs; every cause asks once, on however many replicas."""

    def __init__(self, database: Database, *, runs: TrainingRuns, cron: str | None, threshold: int) -> None:
        """Prepare.

        Args:
            database: where workspaces and corrections are.
            runs: what is asked.
            cron: the schedule of workspaces that have none of their own.
            threshold: how many new standing corrections since the last run ask for the next.
        """
        self._database = database
        self._runs = runs
        self._cron = cron
        self._threshold = threshold

    async def tick(self, now: datetime) -> None:
        """Ask for the runs that are due; one workspace's trouble is not another's."""
        if not self._runs.possible:
            return
        async with self._database.read() as unit:
            waiting = await unit.runs.workspaces_waiting()
            scheduled = [w.id for w in await unit.training.workspaces_with_cron(due_at=now)]
            known = [w.id for w in await unit.workspaces.all() if w.attested_at is not None]
        await self._each(waiting, self._next, now)
        await self._each(scheduled, self._on_schedule, now)
        await self._each(known, self._on_threshold, now)

    async def _each(self, workspace_ids: Iterable[str], look: _Look, now: datetime) -> None:
        for workspace_id in workspace_ids:
            try:
                await look(workspace_id, now)
            except BotError as error:
                log.warning("retrain_trigger_failed", workspace=workspace_id, code=error.code)

    async def _next(self, workspace_id: str, now: datetime) -> None:  # noqa: ARG002 - the shape of a look
        """Start a run whose turn came without anybody noticing: the run before it was lost."""
        await self._runs.start_next(workspace_id)

    async def _on_schedule(self, workspace_id: str, now: datetime) -> None:
        """Plan the next time; when one has come, ask for its run in the same transaction."""
        async with self._database.begin() as unit:
            workspace = await unit.training.lock_workspace(workspace_id)
            cron = (workspace.retrain_cron if workspace else None) or self._cron
            if workspace is None or not cron or (workspace.next_retrain_at or now) > now:
                return  # Nothing is scheduled, or another replica was here first.
            due = workspace.next_retrain_at
            workspace.next_retrain_at = next_cron(cron, tz=workspace.timezone, after=now)
            if due is not None:
                await self._runs.ask_in(unit, workspace_id, trigger="cron", key=_period(workspace, due))

    async def _on_threshold(self, workspace_id: str, now: datetime) -> None:  # noqa: ARG002 - the shape of a look
        async with self._database.read() as unit:
            if not await self._enough(unit, workspace_id):
                return
        async with self._database.begin() as unit:
            await unit.training.lock_workspace(workspace_id)
            if await self._enough(unit, workspace_id):
                ever = await unit.training.count_corrections(workspace_id)
                key = f"threshold:{ever - ever % self._threshold}"
                await self._runs.ask_in(unit, workspace_id, trigger="threshold", key=key)

    async def _enough(self, unit: UnitOfWork, workspace_id: str) -> bool:
        last = await unit.training.find_latest_run(workspace_id)
        since = last.created_at if last else None
        return await unit.corrections.count_standing_since(workspace_id, since=since) >= self._threshold


def _period(workspace: Workspace, due: datetime) -> str:
    """Return the key of a scheduled run: its local time, which names it on every replica and after any restart."""
    return f"cron:{due.astimezone(ZoneInfo(workspace.timezone)):%Y-%m-%dT%H:%M}"
