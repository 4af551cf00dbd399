"""When digests are due: looks at `next_digest_at`, asks for each digest once, and moves the time on."""

from datetime import datetime

from bot.digests.week import is_late, latest_due, name_of, next_due
from bot.errors import BotError
from bot.logs import get_logger
from bot.runtime.durable import BACKGROUND, Durable
from storage.engine import Database
from storage.models import Channel
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
BATCH = 100
FALLBACK_ZONE = "UTC"


class DigestSchedule:
    """The tick's job for digests; any number of replicas may run it at once."""

    def __init__(self, database: Database, *, durable: Durable) -> None:
        self._database = database
        self._durable = durable

    async def run_due(self, now: datetime) -> int:
        """Ask for every digest that is due and plan channels that have no time yet; return how many were asked for."""
        async with self._database.read() as unit:
            due = [
                (channel.workspace_id, channel.id)
                for channel in await unit.channels.due_for_digest(now, limit=BATCH)
            ]
            unplanned = await unit.activity.unplanned_channels(limit=BATCH)
        for channel in unplanned:
            await self._isolated(channel.workspace_id, channel.id, now=now, ask=False)
        return sum([await self._isolated(*key, now=now, ask=True) for key in due])

    async def plan(self, unit: UnitOfWork, channel: Channel, *, now: datetime) -> None:
        """Give a channel its next digest time if it has none, in the caller's transaction."""
        if channel.next_digest_at is None and channel.digest_enabled:
            zone = await _zone(unit, channel.workspace_id)
            channel.next_digest_at = next_due(channel, tz=zone, after=now)

    async def _isolated(self, workspace_id: str, channel_id: str, *, now: datetime, ask: bool) -> bool:
        """Handle one channel in its own transaction: a channel with a broken setting holds up no other."""
        try:
            async with self._database.begin() as unit:
                channel = await unit.channels.get(workspace_id, channel_id=channel_id)
                if ask:
                    return await self._ask(unit, channel, now=now)
                await self.plan(unit, channel, now=now)
        except BotError as error:
            log.warning("digest_not_planned", workspace=workspace_id, channel=channel_id, code=error.code)
        return False

    async def _ask(self, unit: UnitOfWork, channel: Channel, *, now: datetime) -> bool:
        if channel.next_digest_at is None or channel.next_digest_at > now:
            return False  # Another replica was here since we looked.
        zone = await _zone(unit, channel.workspace_id)
        due = latest_due(channel, tz=zone, now=now)
        period = name_of(due, tz=zone)
        channel.next_digest_at = next_due(channel, tz=zone, after=now)
        key = {"channel_id": channel.id, "period": period}
        if not await unit.digests.begin(channel.workspace_id, **key, due_at=due, late=is_late(due, now=now)):
            return False
        await self._durable.enqueue(
            unit,
            "digest",
            channel.workspace_id,
            channel.id,
            period,
            workflow_id=f"digest:{channel.workspace_id}:{channel.id}:{period}",
            queue=BACKGROUND,
        )
        return True


async def _zone(unit: UnitOfWork, workspace_id: str) -> str:
    workspace = await unit.workspaces.find(workspace_id)
    return workspace.timezone if workspace else FALLBACK_ZONE
