"""Living replicas: a heartbeat each, and the unfinished work of a dead one goes on elsewhere.

A replica is dead when it said goodbye or was silent for `dead_after`. Exactly one living replica claims it (a
lease on its row), puts its workflows back on their queues, where they go on behind their last finished step, and
lets go of the events it held in the inbox.

A replica that was only thought dead (a stalled machine) and comes back finds that its workflows have a new
owner: DBOS refuses to store its further step results and lets it wait for the owner's outcome. The one step it
was inside may by then have run twice, which is why steps look before they post or submit. The replicas' clocks
must agree to within a few seconds.
"""

from datetime import datetime, timedelta

from bot.logs import get_logger
from bot.runtime.durable import Durable
from storage.engine import Database
from storage.inbox_store import InboxStore

log = get_logger(__name__)
DEAD_AFTER = timedelta(seconds=15)
KEEP_HISTORY = timedelta(days=7)


class Replicas:
    """This process among its peers; `beat`, `take_over` and `prune` are jobs of the schedule."""

    def __init__(
        self,
        database: Database,
        durable: Durable,
        *,
        inbox: InboxStore,
        replica_id: str,
        version: str,
        dead_after: timedelta = DEAD_AFTER,
    ) -> None:
        self._database = database
        self._durable = durable
        self._inbox = inbox
        self._replica_id = replica_id
        self._version = version[:32]
        self._dead_after = dead_after

    async def beat(self, now: datetime) -> None:
        """Say that we are alive. The first beat comes before `Durable.launch`: work needs a living owner."""
        async with self._database.begin() as unit:
            await unit.replicas.beat(self._replica_id, now=now, version=self._version)

    async def take_over(self, now: datetime) -> int:
        """Resume the workflows of dead replicas and free the events they held; return how many workflows."""
        # Who works is read before who lives: a newcomer beats before it works.
        at_work = await self._durable.executors_at_work() | await self._inbox.holders()
        async with self._database.read() as unit:
            living = {
                replica.id for replica in await unit.replicas.living(now, younger_than=self._dead_after)
            }
        resumed = 0
        for dead in sorted(at_work - living - {self._replica_id}):
            resumed += await self._take_over_one(dead, now)
        return resumed

    async def _take_over_one(self, dead: str, now: datetime) -> int:
        async with self._database.begin() as unit:
            if not await unit.replicas.claim(dead, now=now, older_than=self._dead_after):
                return 0
        resumed = await self._durable.resume(executor_ids=[dead])
        events = await self._inbox.release(replica_id=dead)
        async with self._database.begin() as unit:
            await unit.replicas.stop(dead)
        log.warning("replica_taken_over", replica=dead, workflows=resumed, events=events)
        return resumed

    async def prune(self, now: datetime) -> int:
        """Forget finished workflows and long-gone replicas after a week; return how many workflows."""
        async with self._database.begin() as unit:
            await unit.replicas.forget(silent_since=now - KEEP_HISTORY)
        return await self._durable.prune(finished_before=now - KEEP_HISTORY)

    async def stop(self) -> None:
        """Say goodbye, after `Durable.close`: others need not wait for our silence."""
        async with self._database.begin() as unit:
            await unit.replicas.stop(self._replica_id)
