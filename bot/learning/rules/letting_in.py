"""Rules that waited for an admin where none is needed any more: they are decided by what people said."""

from collections.abc import Callable
from datetime import datetime

from bot.learning.rules.conflicts import Polling
from bot.learning.rules.lifecycle import ADMIN, bring_in_line
from bot.learning.rules.rule_changes import PROPOSED
from bot.runtime.durable import Durable
from storage.engine import Database
from storage.models import Rule
from storage.unit_of_work import UnitOfWork


class LettingIn:
    """Follows a change of *When does a new rule hold here?*."""

    def __init__(self, database: Database, *, durable: Durable, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._polling = Polling(durable)
        self._clock = clock

    async def follow(self, workspace_id: str, *, channel_id: str) -> int:
        """Decide anew what waits for an admin in a channel that needs none; return how many topics that were."""
        async with self._database.read() as unit:
            if not await self._topics(unit, workspace_id, channel_id):
                return 0
        now = self._clock()
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=now)
            topics = await self._topics(unit, workspace_id, channel_id)
            return await bring_in_line(unit, workspace_id, now=now, polling=self._polling, topics=topics)

    async def _topics(self, unit: UnitOfWork, workspace_id: str, channel_id: str) -> set[str]:
        channel = await unit.channels.find(workspace_id, channel_id=channel_id)
        if channel is None or channel.rules_need_admin:
            return set()
        live = await unit.rules.live(workspace_id)
        return {rule.topic for rule in live if _waits(rule, channel_id)}


def _waits(rule: Rule, channel_id: str) -> bool:
    """Broader rules wait, too, when one of the channels they were seen in needs an admin."""
    return (rule.state, rule.reason) == (PROPOSED, ADMIN) and rule.channel_id in (channel_id, None)
