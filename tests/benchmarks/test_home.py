"""How long an admin's Home tab takes as a workspace's channels grow. Run by `make bench`; nothing is asserted about time.

Every channel has fifty drafts and thirty days of feedback from three people. The timed call reads and builds the page in
the middle of the channel table; `median_ms` in the extra information has the first and the last page too, and
`statements` how many the database was asked. Compare them across sizes: the last must not grow.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import event, text

from bot.digests.stats import Stats
from bot.home.home import build_home_service
from bot.home.state import HomeState
from bot.settings import Settings
from bot.slack.access import Admins
from bot.slack.blocks.home import build_home
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from storage.engine import Database
from storage.inbox_store import InboxStore
from storage.models import Channel, Draft, Tally
from storage.repositories.tallies import TallyDelta, merged
from tests.factories import WORKSPACE, make_workspace
from tests.fakes.release_browser import release_browser

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADMIN = "U0ADMIN"
DAYS, DRAFTS, PEOPLE = 30, 50, 3
BATCH = 20_000
ROUNDS = 15


def channel_rows(channels):
    return [
        {
            "workspace_id": WORKSPACE,
            "id": f"C{number:06}",
            "name": f"channel-{number}",
            "bot_is_member": True,
            "archived": False,
            "default_task": "plain",
            "who_may_ask": "everybody",
            "reviewers_per_draft": 1,
            "digest_enabled": True,
            "digest_weekday": "fri",
            "digest_time": "15:00",
            "next_digest_at": NOW + timedelta(days=3),
        }
        for number in range(channels)
    ]


def draft_rows(channels):
    return [
        {
            "id": f"d{number}",
            "workspace_id": WORKSPACE,
            "channel_id": f"C{number % channels:06}",
            "requester_id": f"U{number % 600:06}",
            "task": "reply",
            "release": "base",
            "source": "command",
            "request_key": f"r{number}",
            "state": "posted",
            "attempt": 1,
            "created_at": NOW,
            "posted_at": NOW - timedelta(minutes=number),
        }
        for number in range(channels * DRAFTS)
    ]


def tally_rows(channels):
    return merged(
        TallyDelta(
            WORKSPACE,
            (NOW - timedelta(days=day)).date(),
            f"C{number:06}",
            "reply",
            "base",
            f"U{person}",
            measure,
            1,
        )
        for number in range(channels)
        for day in range(DAYS)
        for person in range(PEOPLE)
        for measure in ("draft", "judged", "accepted", "positive")
    )


async def fill(database, channels):
    filled = {Channel: channel_rows(channels), Draft: draft_rows(channels), Tally: tally_rows(channels)}
    async with database.begin() as unit:
        await make_workspace(unit)
        for model, rows in filled.items():
            for first in range(0, len(rows), BATCH):
                statement, chunk = model.__table__.insert(), rows[first : first + BATCH]
                await unit.run_sync(
                    lambda connection, statement=statement, chunk=chunk: connection.execute(statement, chunk)
                )
        await unit.run_sync(lambda connection: connection.execute(text("ANALYZE")))  # as autovacuum would


async def draw(home, page):
    card = await home.card(WORKSPACE, user_id=ADMIN, state=HomeState(channels=page))
    return build_home(card)


async def median_milliseconds(home, page):
    async def one_view():
        begun = perf_counter()
        assert len((await draw(home, page))["blocks"]) <= 100
        return perf_counter() - begun

    return round(1_000 * median([await one_view() for _ in range(ROUNDS)]), 2)


@pytest.mark.parametrize("channels", [20, 1_000])
def test_home_of_an_admin(benchmark, database_url, keyring, channels):
    database = Database.connect(database_url, keyring=keyring)
    inbox = InboxStore.connect(database_url, keyring=keyring)
    messenger = Messenger(
        Clients(Settings(_env_file=None), database), database=database
    )  # asked nothing here
    home = build_home_service(
        database,
        stats=Stats(database, clock=lambda: NOW),
        messenger=messenger,
        admins=Admins(messenger, named=[ADMIN]),
        inbox=inbox,
        releases=release_browser(database),
        clock=lambda: NOW,
    )
    statements = []

    with asyncio.Runner() as runner:
        runner.run(fill(database, channels))
        pages = {"first": 0, "middle": channels // 20, "last": channels // 10 - 1}
        benchmark.pedantic(lambda: runner.run(draw(home, pages["middle"])), rounds=ROUNDS, warmup_rounds=2)
        medians = {name: runner.run(median_milliseconds(home, page)) for name, page in pages.items()}
        engine = database._reader.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *asked: statements.append(asked[2]))
        runner.run(draw(home, 0))
        for part in (messenger, inbox, database):
            runner.run(part.close())

    benchmark.extra_info |= {"channels": channels, "median_ms": medians, "statements": len(statements)}
