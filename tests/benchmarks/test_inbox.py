"""Durable events over HTTP against an empty Bolt listener, in one run on one machine. Run by `make bench`."""

import asyncio
import contextlib
import json
import statistics
import sys
import time
from pathlib import Path

import pytest
from fastapi import APIRouter, Request
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.settings import Settings
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from handlers.app import build_event_path
from handlers.http import HttpServer, Readiness, build_http
from handlers.http.guard import Guard
from handlers.http.slack import slack_routes
from handlers.serving import keep_start_out_of_collections
from storage.engine import Database
from storage.inbox_store import InboxStore
from tests.fakes.auth_server import auth_server
from tests.fakes.event_path import clock
from tests.fakes.slack_bodies import SECRET

REQUESTS, CONNECTIONS, ROUNDS = (
    1_000,
    64,
    16,
)  # Short rounds in turn: both meet the same whims of the machine.
LOAD = Path(__file__).with_name("slack_load.py")


async def put_on_load(url: str) -> dict:
    command = (sys.executable, str(LOAD), url, SECRET, str(REQUESTS), str(CONNECTIONS))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    result = json.loads(output)
    assert result["statuses"] == {"200": REQUESTS}
    return result


@contextlib.asynccontextmanager
async def served(router: APIRouter):
    server = HttpServer(build_http(router, readiness=Readiness({})), host="127.0.0.1", port=0)
    await server.start()
    yield server.url
    await server.stop()


@contextlib.asynccontextmanager
async def empty_bolt():
    """What everybody has: Bolt as it comes, an empty listener, no disk."""

    async def authorize():
        return AuthorizeResult(enterprise_id=None, team_id="T0TEAM", bot_user_id="U0BOT", bot_token="xoxb-1")

    app, router = AsyncApp(signing_secret=SECRET, authorize=authorize), APIRouter()
    handler = AsyncSlackRequestHandler(app)

    @app.event("reaction_added")
    async def on_reaction():
        return None

    @router.post("/slack/events")
    async def slack_events(request: Request):
        return await handler.handle(request)

    async with served(router) as url:
        yield url


@contextlib.asynccontextmanager
async def durable_events(database_url, keyring):
    """Ours: on disk before the 200, and an empty listener fed by the projector meanwhile."""

    async def on_reaction():
        return None

    async with auth_server() as slack:
        settings = Settings(_env_file=None, slack_bot_token="xoxb-1", slack_api_url=f"{slack.url}/api/")
        database = Database.connect(database_url, keyring=keyring)
        store, clients = InboxStore.connect(database_url, keyring=keyring), Clients(settings, database)
        path = build_event_path(
            settings=settings,
            store=store,
            clients=clients,
            address_book=AddressBook(database, clock=clock),
            replica_id="bench",
            clock=clock,
            register=[lambda app: app.event("reaction_added")(on_reaction)],
        )
        await path.projector.start()
        async with served(slack_routes(path, guard=Guard(SECRET))) as url:
            yield url, store
        await path.projector.stop()
        await clients.close()
        await store.close()
        await database.close()


async def all_applied(store) -> float:
    begun = time.perf_counter()
    while (await store.counts())["new"]:  # noqa: ASYNC110 - the bench looks from outside
        await asyncio.sleep(0.02)
    return time.perf_counter() - begun


async def compare(database_url, keyring) -> dict[str, float]:
    ours, theirs, after = [], [], []
    async with empty_bolt() as bolt_url, durable_events(database_url, keyring) as (our_url, store):
        keep_start_out_of_collections()
        for _ in range(ROUNDS):
            theirs.append(await put_on_load(bolt_url))
            ours.append(await put_on_load(our_url))
            after.append(await all_applied(store))
    return {
        "durable_per_second": _median(ours, "rate"),
        "empty_bolt_per_second": _median(theirs, "rate"),
        "ratio": statistics.median(one["rate"] / two["rate"] for one, two in zip(ours, theirs, strict=True)),
        "durable_p99_ms": _median(ours, "p99") * 1000,
        "empty_bolt_p99_ms": _median(theirs, "p99") * 1000,
        "applied_seconds_after_last_ack": statistics.median(after),
    }


def _median(results, figure):
    return statistics.median(result[figure] for result in results)


@pytest.mark.timeout(600)
def test_durable_events_against_an_empty_listener(benchmark, database_url, keyring):
    figures = benchmark.pedantic(lambda: asyncio.run(compare(database_url, keyring)), rounds=1)

    benchmark.extra_info.update({name: round(value, 2) for name, value in figures.items()})
    print(json.dumps(benchmark.extra_info))  # noqa: T201 - the figures are what a bench is for
