"""10,000 reactions at once through `draftloop serve`: how fast they are acknowledged and applied. Run by `make bench`.

Slack, the model and the bot are processes of their own. The sandbox holds the events back until all are made, then sends
them over the bot's Socket Mode connections as fast as it can; it waits longer than Slack's 3 s, so that every
acknowledgement is timed and none is sent twice. Nothing is asserted about time.
"""

import asyncio
import contextlib
import json
import time

import pytest
from sqlalchemy import func, select

from bot.sandbox import deed
from storage.engine import Database
from storage.models import DraftStanding, Signal
from tests.crash.processes import Replica, model_process, slack_process, until
from tests.crash.town import bot_environment, shows

PEOPLE, CHANNELS = 500, 20  # one draft per channel, one reaction of everybody on each
ACK_SECONDS = 60
SETTINGS = {
    "tick_seconds": 5,
    "replica_dead_after_seconds": 15,
    "log_level": "WARNING",
    "log_format": "console",
}


async def draft_in(slack, channel):
    async def look():
        return [message for message in await slack.messages(channel) if shows(message, "draft_vote")]

    return (await until(look, what=f"a draft in {channel.name}"))[0]


async def everybody_reacts(slack) -> None:
    """Make the events; nothing leaves before `release`."""
    channels, people = list(slack.channels.values()), list(slack.people.values())
    for channel in channels:
        assert (await people[0].command(channel, "/draft", "Say hello")).acked
    drafts = [await draft_in(slack, channel) for channel in channels]
    await slack.settle()
    await slack.hold()
    for draft in drafts:
        draft.blocks, draft.metadata = [], None  # its place is enough
        await slack.burst(
            [
                deed("react", draft, "+1" if number % 3 else "-1", on=person.user_id)
                for number, person in enumerate(people)
            ]
        )


async def counted(database) -> int:
    async with database.read() as unit:
        return await unit._session.scalar(select(func.count()).select_from(Signal))


async def measure(database_url, keyring, folder) -> dict[str, float]:
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(
            slack_process(
                folder,
                people=[f"Person {number}" for number in range(PEOPLE)],
                channels=[f"channel-{number}" for number in range(CHANNELS)],
                ack_seconds=ACK_SECONDS,
            )
        )
        model = await stack.enter_async_context(model_process(folder, delay=0))
        environment = bot_environment(slack, model, database_url, folder, way="socket", **SETTINGS)
        bot = Replica("bot", environment=environment, folder=folder)
        database = Database.connect(database_url, keyring=keyring)
        stack.push_async_callback(database.close)
        await bot.start()
        stack.push_async_callback(bot.kill)
        await everybody_reacts(slack)
        return await timed(slack, database, bot)


async def timed(slack, database, bot) -> dict[str, float]:
    begun, computed = time.perf_counter(), bot.cpu_seconds
    await slack.release()
    while await counted(database) < PEOPLE * CHANNELS:  # noqa: ASYNC110 - the bench looks from outside
        await asyncio.sleep(0.25)
    applied, computed = time.perf_counter() - begun, bot.cpu_seconds - computed
    await slack.settle(timeout=ACK_SECONDS)
    deliveries = await slack.deliveries()
    reactions = [one for one in deliveries if one.event.get("type") == "reaction_added"]
    async with database.read() as unit:
        standings = list(await unit._session.scalars(select(DraftStanding)))
    assert [(one.positives, one.negatives) for one in standings] == [
        (PEOPLE * 2 // 3, PEOPLE - PEOPLE * 2 // 3)
    ] * CHANNELS
    assert all(one.acked for one in reactions)
    sent = min(one.attempts[0].sent_at for one in reactions)
    seconds = sorted(one.attempts[-1].ended_at - one.attempts[0].sent_at for one in reactions)
    return {
        "reactions": len(reactions),
        "ack_p50_seconds": seconds[len(seconds) // 2],
        "ack_p99_seconds": seconds[len(seconds) * 99 // 100],
        "ack_worst_seconds": seconds[-1],
        "all_acked_seconds": max(one.attempts[-1].ended_at for one in reactions) - sent,
        "sent_more_than_once": sum(len(one.attempts) > 1 for one in reactions),
        "all_applied_seconds": applied,
        "bot_cpu_seconds": computed,
    }


@pytest.mark.timeout(900)
def test_10_000_reactions_at_once(benchmark, database_url, keyring, tmp_path):
    figures = benchmark.pedantic(lambda: asyncio.run(measure(database_url, keyring, tmp_path)), rounds=1)

    benchmark.extra_info.update({name: round(value, 2) for name, value in figures.items()})
    print(json.dumps(benchmark.extra_info))  # noqa: T201 - the figures are what a bench is for
