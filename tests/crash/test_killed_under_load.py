"""Replicas are killed at random while people react, press, correct and ask: nothing is lost and nothing doubled."""

import asyncio
import random

import pytest

from tests.crash.crowd import Crowd
from tests.crash.town import open_town
from tests.crash.truth import keys_of, opinions_of, read_all, said_by, without_lessons

pytestmark = pytest.mark.crash
KILLS = 2


async def kill_at_random(replicas, *, chance: random.Random) -> None:
    """Kill one replica after the other, some while they start, some in full work; in the end all run again."""
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        victim = chance.choice(replicas)
        await victim.kill()
        await asyncio.sleep(chance.uniform(0, 0.5))
        await victim.spawn()
        if chance.random() < 0.3:
            await asyncio.sleep(chance.uniform(0, 2))
            await victim.kill()
            await victim.spawn()
        await victim.ready()


@pytest.fixture(
    params=[("socket", 1), ("http", 1), ("socket", 2), ("http", 2)], ids=lambda it: f"{it[0]}-{it[1]}"
)
def place(request):
    """How events come in, how many replicas there are, and on which database."""
    way, replicas = request.param
    return way, replicas, request.getfixturevalue("sqlite_url" if replicas == 1 else "postgresql_url")


@pytest.fixture
async def town(place, tmp_path):
    way, replicas, database_url = place
    async with open_town(database_url, tmp_path, way=way, replicas=replicas) as opened:
        yield opened


async def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(town, seed):
    await town.start()
    crowd = Crowd(town.people, town.channels, await town.draft_in_each_channel(), seed=seed)
    acting = asyncio.create_task(crowd.act())

    await kill_at_random(town.replicas, chance=random.Random(seed))
    crowd.stop.set()
    await acting
    await town.quiet()

    stored, deliveries = await read_all(town.database), await town.slack.deliveries()
    everything = {said.event_id: (said, delivery) for delivery in deliveries if (said := said_by(delivery))}
    acked = {event_id for event_id, (_, delivery) in everything.items() if delivery.acked}
    events = [delivery for delivery in deliveries if delivery.kind == "events_api"]
    assert all(delivery.acked for delivery in events)
    assert len(stored.wordless) == len(set(stored.wordless))  # Nothing doubled …
    assert acked <= set(stored.wordless) <= set(everything)  # … nothing lost, nothing invented,
    assert stored.opinions_by_message() == opinions_of(everything[one][0] for one in stored.wordless)

    # Every ask that was acknowledged is one draft, every correction one revision,
    briefs = [draft.brief for draft in stored.drafts.values()]
    assert len(briefs) == len(set(briefs))
    assert {brief for brief, was_acked in crowd.briefs.items() if was_acked} <= set(briefs)
    assert {draft.state for draft in stored.drafts.values()} == {"posted"}
    assert sorted(one.text for one in stored.corrections) == sorted(crowd.corrections)
    assert sorted(one.text for one in stored.revisions if one.kind == "revised") == sorted(crowd.corrections)

    # and all of them stand in Slack once.
    drafts = {f"draft:{draft_id}:0" for draft_id in stored.drafts}
    revisions = {f"revise:{one.id}:{one.version}" for one in stored.corrections}
    posted = without_lessons(keys_of(await town.everything_said()), corrections=stored.corrections)
    assert posted == dict.fromkeys(drafts | revisions, 1)
    assert town.bad_lines() == []
