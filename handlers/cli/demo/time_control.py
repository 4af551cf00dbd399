"""The page's time control: where one may jump to, and the jump itself. The bot's own scheduler does what is due then."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.digests.week import next_due
from bot.runtime.schedule import next_weekly
from bot.sandbox.page.about import TimeStop
from bot.services import Services
from handlers.cli.demo.clock import StoryClock

_MORNING: Final = time(9, 0)
_DIGEST: Final = ("fri", "15:00")  # What a channel has until somebody chooses otherwise.


class DemoTime:
    """The `TimeControl` of the demo: a jump moves the one clock that the bot and its Slack read.

    Args:
        services: the bot.
        workspace_id: the sandbox's workspace.
        clock: what both read.
        on_jump: is told after each jump.
    """

    def __init__(
        self, services: Services, *, workspace_id: str, clock: StoryClock, on_jump: Callable[[], None]
    ) -> None:
        self._services = services
        self._workspace_id = workspace_id
        self._clock = clock
        self._on_jump = on_jump
        self._zone = ZoneInfo("UTC")
        self._digest_at: datetime | None = None
        self._looking: asyncio.Task[None] | None = None

    async def look(self, _now: datetime) -> None:
        """Learn the workspace's time zone and when its next digest is due: a job of the bot's scheduler."""
        async with self._services.database.read() as unit:
            workspace = await unit.workspaces.find(self._workspace_id)
            channels = await unit.channels.of_workspace(self._workspace_id)
        self._zone = ZoneInfo(workspace.timezone if workspace else "UTC")
        wanting = [each for each in channels if each.digest_enabled and each.next_digest_at is not None]
        due = [next_due(each, tz=self._zone.key, after=self._clock()) for each in wanting]
        self._digest_at = min(due, default=None)

    def now(self) -> datetime:
        """Return the time in the demo (UTC)."""
        return self._clock()

    def stops(self) -> list[TimeStop]:
        """Return the moments worth jumping to, the next digest first."""
        now = self._clock()
        digest = self._next_digest(now)
        local = now.astimezone(self._zone)
        morning = datetime.combine(local.date() + timedelta(days=1), _MORNING, tzinfo=self._zone)
        return [
            TimeStop(f"{digest.astimezone(self._zone):%A %H:%M} (digest)", digest),
            TimeStop("In 1 hour", now + timedelta(hours=1)),
            TimeStop("Tomorrow 9:00", morning.astimezone(UTC)),
        ]

    def jump(self, to: datetime) -> None:
        """Move the clock ahead and let the scheduler look at once."""
        before = self._clock()
        self._clock.jump_to(to)
        self._on_jump()
        self._looking = asyncio.create_task(self._look_around(before), name="look after a jump")

    async def close(self) -> None:
        """Let the last look end."""
        if self._looking is not None:
            await self._looking

    async def _look_around(self, before: datetime) -> None:
        """Plan what was not planned yet when the clock jumped, then do what is due now."""
        await self._services.schedule.tick(before)
        await self._services.schedule.tick(self._clock())

    def _next_digest(self, now: datetime) -> datetime:
        if self._digest_at is not None and self._digest_at > now:
            return self._digest_at
        weekday, clock = _DIGEST
        return next_weekly(weekday, clock, tz=self._zone.key, after=now)
