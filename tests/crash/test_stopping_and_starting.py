"""How replicas end and begin: politely, with wrong settings, on a database that is not theirs, all at once."""

import asyncio
import random
import sqlite3

import pytest

from storage import migrate
from tests.crash.crowd import Crowd
from tests.crash.processes import Replica, slack_process
from tests.crash.town import bot_environment, open_town
from tests.crash.truth import keys_of, opinions_of, read_all, said_by

pytestmark = pytest.mark.crash


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_a_polite_stop_under_load_ends_well_and_leaves_nothing_behind(sqlite_url, tmp_path, way, seed):
    async with open_town(sqlite_url, tmp_path, way=way) as town:
        await town.start()
        crowd = Crowd(town.people, town.channels, await town.draft_in_each_channel(), seed=seed)
        acting = asyncio.create_task(crowd.act())
        await asyncio.sleep(random.Random(seed).uniform(0.5, 2))

        code = await town.replicas[0].stop()
        held = await town.inbox.holders()
        crowd.stop.set()
        await acting
        await town.start()
        await town.quiet()

        stored, deliveries = await read_all(town.database), await town.slack.deliveries()
        said = {one.event_id: one for delivery in deliveries if (one := said_by(delivery))}
        acked = {one.event_id for delivery in deliveries if (one := said_by(delivery)) and delivery.acked}
        assert (code, held) == (0, set())
        assert acked <= set(stored.wordless) <= set(said)
        assert stored.opinions_by_message() == opinions_of(said[one] for one in stored.wordless)
        assert set(keys_of(await town.everything_said()).values()) == {1}
        assert town.bad_lines() == []


@pytest.fixture
async def slack(tmp_path):
    async with slack_process(tmp_path, people=["Ana"], channels=["launch"]) as running:
        yield running


async def last_words(slack, folder, database_url, **environment) -> tuple[int, str]:
    """Start a replica that cannot run; return its exit code and what it wrote beside its log lines."""
    usual = bot_environment(slack, "http://127.0.0.1:9", database_url, folder, way="socket")
    replica = Replica("bot", environment={**usual, **environment}, folder=folder)
    await replica.spawn()
    code = await replica.ended()
    lines = replica.log.read_text().splitlines()
    return code, "\n".join(line for line in lines if not line.startswith("{"))


@pytest.mark.parametrize(
    ("variable", "token"), [("SLACK_BOT_TOKEN", "xoxb-wrong"), ("SLACK_APP_TOKEN", "xapp-wrong")]
)
async def test_a_wrong_token_is_one_sentence(slack, tmp_path, sqlite_url, variable, token):
    code, words = await last_words(slack, tmp_path, sqlite_url, **{variable: token})

    assert code in (1, 2)
    assert variable in words
    assert token not in words
    assert len(words.splitlines()) == 1


async def test_a_database_of_another_version_is_one_sentence(slack, tmp_path, sqlite_url):
    with sqlite3.connect(tmp_path / "draftloop.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()

    code, words = await last_words(slack, tmp_path, sqlite_url)

    assert code == 1
    assert "draftloop db upgrade" in words
    assert len(words.splitlines()) == 1


async def test_two_replicas_that_start_at_once_on_an_empty_database_share_its_making(
    empty_postgresql_url, tmp_path
):
    async with open_town(empty_postgresql_url, tmp_path, replicas=2) as town:
        await asyncio.gather(*(replica.spawn() for replica in town.replicas))

        await asyncio.gather(*(replica.ready() for replica in town.replicas))

        assert len(await town.draft_in_each_channel()) == len(town.channels)
        assert town.bad_lines() == []


async def test_a_death_while_the_tables_are_made_is_mended_by_the_next_start(empty_sqlite_url, tmp_path):
    # As the first start leaves it when it dies between the product's tables and the inbox's.
    schema = migrate.PRODUCT
    await migrate.run(empty_sqlite_url, schema=schema, work=migrate._upgrade(schema))
    async with open_town(empty_sqlite_url, tmp_path) as town:
        await town.start()

        assert len(await town.draft_in_each_channel()) == len(town.channels)
        assert town.bad_lines() == []
