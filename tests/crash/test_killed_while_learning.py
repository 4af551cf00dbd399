"""Replicas are killed while people teach: everything is learned once, told once, and no scope contradicts itself."""

import asyncio
import random
from collections import Counter

import pytest
from sqlalchemy import select

from bot.learning.scopes import Scope
from storage.models import Correction, Observation, Rule
from tests.crash.processes import until
from tests.crash.town import open_town
from tests.crash.truth import keys_of

pytestmark = pytest.mark.crash
WISHES = ["No emoji, please.", "No exclamation marks, please."]


@pytest.fixture(params=["sqlite-1", "postgresql-2"])
def place(request):
    """On which database, and how many replicas there are."""
    kind, replicas = request.param.split("-")
    return request.getfixturevalue(f"{kind}_url"), int(replicas)


async def test_what_people_say_is_learned_and_told_once_whoever_dies(place, tmp_path, seed):
    database_url, replicas = place
    chance = random.Random(seed)
    async with open_town(database_url, tmp_path, replicas=replicas, distil="patterns") as town:
        await town.start()
        drafts = await town.draft_in_each_channel()

        for wish in WISHES:
            for draft in drafts:
                channel = next(one for one in town.channels if one.id == draft.channel)
                await chance.choice(town.people).say(channel, wish, thread=draft)
            await asyncio.sleep(chance.uniform(0, 2))
            victim = chance.choice(town.replicas)
            await victim.kill()
            await victim.start()
        await until(lambda: all_learned(town, len(WISHES) * len(drafts)), what="every wish is learned")
        await town.quiet()

        observations, rules = await rows(town, Observation), await rows(town, Rule)
        per_correction = Counter((one.correction_id, one.topic) for one in observations)
        places = Counter((Scope.of(rule), rule.topic) for rule in rules if rule.state == "active")
        posted = keys_of(await town.everything_said())
        assert set(per_correction.values()) == {1}
        assert set(places.values()) == {1}
        assert {topic for _, topic in places} == {"emoji", "exclamation"}
        assert {key.partition(":")[0] for key in posted} >= {"draft", "revise", "learned"}
        assert set(posted.values()) == {1}
        assert town.bad_lines() == []


async def all_learned(town, number: int):
    corrections = await rows(town, Correction)
    learned = [one for one in corrections if one.learned_version == one.version]
    return learned if len(learned) == len(corrections) == number else None


async def rows(town, model):
    async with town.database.read() as unit:
        return list(await unit._session.scalars(select(model)))
