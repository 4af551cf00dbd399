"""Replicas are killed in the middle of long work: it goes on elsewhere, and what must happen once happens once."""

import asyncio
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from storage.models import Channel, Digest, TrainingRun
from tests.crash.processes import until
from tests.crash.town import open_town, shows
from tests.crash.truth import keys_of, read_all

pytestmark = pytest.mark.crash
TRAINER = Path(__file__).parents[1] / "fakes" / "trainer_script.py"
TAKEOVER_SECONDS = 30
ROUNDS = 2


@pytest.fixture
def chance(seed):
    return random.Random(seed)


async def test_a_workflow_of_a_dead_replica_ends_on_a_living_one(postgresql_url, tmp_path, chance):
    async with open_town(postgresql_url, tmp_path, way="http", replicas=2, model_delay=3) as town:
        await town.start()
        for number in range(3 * len(town.channels)):
            channel, person = town.channels[number % len(town.channels)], chance.choice(town.people)
            assert (await person.command(channel, "/draft", f"Say number {number}")).acked
        at_work = await until(town.durable.executors_at_work, what="somebody works")
        await asyncio.sleep(chance.uniform(0, 3))
        victim, survivor = sorted(town.replicas, key=lambda one: one.id not in at_work)

        victim_id = victim.id
        await victim.kill()

        async def look():
            return victim_id in survivor.log.read_text() and not await town.durable.executors_at_work()

        await until(look, what="the living one took the work over and ended it", within=TAKEOVER_SECONDS)
        await town.quiet()
        stored, said = await read_all(town.database), await town.everything_said()
        assert [draft.state for draft in stored.drafts.values()] == ["posted"] * 3 * len(town.channels)
        assert keys_of(said) == {f"draft:{draft_id}:0": 1 for draft_id in stored.drafts}
        assert sum(shows(message, "draft_vote") for message in said) == len(stored.drafts)
        assert town.bad_lines() == []


async def test_each_digest_is_posted_once_whoever_dies(postgresql_url, tmp_path, chance):
    async with open_town(postgresql_url, tmp_path, replicas=2) as town:
        await town.start()
        for draft in await town.draft_in_each_channel():
            await chance.choice(town.people).react(draft, "+1")
        await town.quiet()

        for _ in range(ROUNDS):
            await digests_are_due(town.database)
            victim = chance.choice(town.replicas)
            await asyncio.sleep(chance.uniform(0, 2.5))
            await victim.kill()
            await victim.start()
        await until(lambda: all_digests(town.database, state="posted"), what="every digest is posted")
        await town.quiet()

        posted = keys_of(await town.everything_said())
        digests = await all_digests(town.database)
        assert {key: n for key, n in posted.items() if key.startswith("digest")} == {
            f"digest:{digest.channel_id}:{digest.period}": 1 for digest in digests
        }
        assert sorted(digest.channel_id for digest in digests) == sorted(one.id for one in town.channels)
        assert set(posted.values()) == {1}
        assert town.bad_lines() == []


async def digests_are_due(database) -> None:
    """Move every channel's weekly slot to this very minute, and let it be due, again too."""
    due = datetime.now(UTC)
    slot = {"digest_weekday": f"{due:%a}".lower(), "digest_time": f"{due:%H:%M}", "next_digest_at": due}
    async with database.begin() as unit:
        await unit.run_sync(lambda connection: connection.execute(update(Channel).values(**slot)))


async def all_digests(database, *, state: str = ""):
    async with database.read() as unit:
        digests = list(await unit._session.scalars(select(Digest)))
    return digests if all(digest.state == state for digest in digests) or not state else []


@pytest.fixture(params=["sqlite-1", "postgresql-2"])
def place(request):
    """On which database, and how many replicas there are."""
    kind, replicas = request.param.split("-")
    return request.getfixturevalue(f"{kind}_url"), int(replicas)


async def test_a_training_job_starts_once_whoever_dies(place, tmp_path, chance):
    database_url, replicas = place
    settings = {
        "trainer": "command",
        "trainer_command": f"{sys.executable} {TRAINER} succeed",
        "retrain_minimum_rows": 1,
    }
    async with open_town(database_url, tmp_path, replicas=replicas, **settings) as town:
        await town.start()
        admin, channel = town.people[0], town.channels[0]
        drafts = await town.draft_in_each_channel()
        for number, draft in enumerate(drafts):
            place_of = next(one for one in town.channels if one.id == draft.channel)
            await admin.say(place_of, f"Better: Text {number} is what we all wanted.", thread=draft)
        assert (await admin.command(channel, "/draftloop", "attest confirm")).acked
        await town.quiet()

        for number in range(1, ROUNDS + 1):
            assert (await admin.command(channel, "/draftloop", "retrain")).acked
            await asyncio.sleep(chance.uniform(0, 1.5))
            victim = chance.choice(town.replicas)
            await victim.kill()
            await victim.start()
            await until(lambda n=number: ended_runs(town.database, n), what=f"run {number} ends")
        await town.quiet()

        runs = await ended_runs(town.database, ROUNDS)
        folders = sorted((tmp_path / "data" / "runs").iterdir())
        assert [run.state for run in runs] == ["succeeded"] * ROUNDS
        assert [folder.name for folder in folders] == sorted(run.submission_key for run in runs)
        assert [len((folder / "starts").read_text().splitlines()) for folder in folders] == [1] * ROUNDS
        assert set(keys_of(await town.everything_said()).values()) == {1}
        assert town.bad_lines() == []


async def ended_runs(database, number: int):
    async with database.read() as unit:
        ended = select(TrainingRun).where(TrainingRun.finished_at.is_not(None))
        runs = list(await unit._session.scalars(ended))
    return runs if len(runs) == number else []
