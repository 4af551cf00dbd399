"""What a dead replica had claimed from the inbox goes on at once, and a living one's is left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.runtime.durable import Durable
from bot.runtime.replicas import Replicas
from storage.inbox_store import NewEvent

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DEAD_AFTER = timedelta(seconds=15)


@pytest.fixture
async def replicas(database, inbox):
    durable = Durable(database, executor_id="living")
    await durable.ensure_tables()
    yield Replicas(database, durable, inbox=inbox, replica_id="living", version="test", dead_after=DEAD_AFTER)
    await durable.close()


async def silent_since(database, inbox, moment):
    async with database.begin() as unit:
        await unit.replicas.beat("other", now=moment, version="test")
    await inbox.put(NewEvent("Ev1", "T1", "reaction_added", "{}", received_at=moment))
    assert await inbox.claim(replica_id="other", now=moment)


async def test_events_of_a_dead_replica_are_free_before_their_claim_is_stale(database, inbox, replicas):
    await silent_since(database, inbox, NOW - DEAD_AFTER - timedelta(seconds=1))
    before = await inbox.claim(replica_id="living", now=NOW)

    await replicas.take_over(NOW)

    after = await inbox.claim(replica_id="living", now=NOW)
    assert (before, [event.event_id for event in after]) == ([], ["Ev1"])


async def test_events_of_a_living_replica_stay_its_own(database, inbox, replicas):
    await silent_since(database, inbox, NOW - timedelta(seconds=1))

    await replicas.take_over(NOW)

    assert await inbox.claim(replica_id="living", now=NOW) == []
