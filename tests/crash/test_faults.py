"""Slack, the network and the model fail while the bot works, and the bot dies on top of it."""

import asyncio
import random

import pytest

from tests.crash.crowd import Crowd
from tests.crash.processes import Replica, slack_process, until
from tests.crash.town import Town, bot_environment, shows
from tests.crash.truth import keys_of, opinions_of, read_all, said_by, without_lessons
from tests.fakes.model_endpoint import HalfABody, ModelEndpoint, Status, busy

pytestmark = pytest.mark.crash
POST = "chat.postMessage"


@pytest.fixture
async def endpoint():
    async with ModelEndpoint() as running:
        yield running


@pytest.fixture
async def town(endpoint, sqlite_url, tmp_path):
    channels = ["launch", "support", "sales", "press"]
    async with slack_process(tmp_path, people=["Ana", "Ben", "Chloe"], channels=channels) as slack:
        environment = bot_environment(slack, endpoint.url, sqlite_url, tmp_path, way="socket")
        opened = Town(
            slack, [Replica("bot-0", environment=environment, folder=tmp_path)], sqlite_url, tmp_path
        )
        await opened.start()
        yield opened
        await opened.close()


async def test_an_answer_lost_after_the_post_and_a_death_after_that_leave_one_message(town):
    ana, channel, bot = town.people[0], town.channels[0], town.replicas[0]
    await town.slack.inject(POST, "drop_after", times=2)
    assert (await ana.command(channel, "/draft", "Say hello")).acked

    async def placeholder():
        return await town.slack.messages(channel)

    await until(placeholder, what="Slack took the first message")
    await bot.kill()
    await bot.start()
    await town.quiet()

    said = await town.everything_said()
    assert list(keys_of(said).values()) == [1]
    assert shows(said[0], "draft_vote")
    assert [draft.state for draft in (await read_all(town.database)).drafts.values()] == ["posted"]


async def test_faults_of_every_kind_under_load_cost_nothing(town, endpoint, seed):
    chance = random.Random(seed)
    crowd = Crowd(town.people, town.channels, await town.draft_in_each_channel(), seed=seed)
    acting = asyncio.create_task(crowd.act())
    for number in range(6):
        if number < 5:  # As below, should one message meet them all.
            await town.slack.inject(
                POST, chance.choice(["drop_after", "drop_before", "server_error", "html"])
            )
        await town.slack.inject("chat.update", chance.choice(["drop_after", "server_error", "ratelimited"]))
        if (
            number < 2
        ):  # Fewer than a draft is tried: more of them in a row would rightly be told as a failure.
            endpoint.fail(chance.choice([Status(500), busy(1), HalfABody()]))
        await town.slack.refuse_handshakes(number % 2)
        await town.slack.drop_connections()
        await asyncio.sleep(chance.uniform(0.2, 1))
    crowd.stop.set()
    await acting
    await town.quiet()

    stored, deliveries = await read_all(town.database), await town.slack.deliveries()
    said = {one.event_id: one for delivery in deliveries if (one := said_by(delivery))}
    acked = {one.event_id for delivery in deliveries if (one := said_by(delivery)) and delivery.acked}
    assert all(delivery.acked for delivery in deliveries if delivery.kind == "events_api")
    assert acked <= set(stored.wordless) <= set(said)
    assert stored.opinions_by_message() == opinions_of(said[one] for one in stored.wordless)
    assert {brief for brief, was_acked in crowd.briefs.items() if was_acked} <= {
        draft.brief for draft in stored.drafts.values()
    }
    assert {draft.state for draft in stored.drafts.values()} == {"posted"}
    assert sorted(one.text for one in stored.corrections) == sorted(crowd.corrections)
    drafts = {f"draft:{draft_id}:0" for draft_id in stored.drafts}
    revisions = {f"revise:{one.id}:{one.version}" for one in stored.corrections}
    posted = without_lessons(keys_of(await town.everything_said()), corrections=stored.corrections)
    assert posted == dict.fromkeys(drafts | revisions, 1)
    assert town.bad_lines() == []
