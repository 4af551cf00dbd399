"""A Bolt app on a real inbox, with listeners of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.settings import Settings
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from handlers.app import EventPath, build_event_path
from storage.engine import Database
from storage.inbox_store import InboxStore
from storage.keyring import Keyring
from tests.fakes.auth_server import AuthServer, auth_server

PathMaker = Callable[..., EventPath]


def clock() -> datetime:
    return datetime.now(UTC)


async def eventually(is_true: Callable[[], Awaitable[bool]], *, seconds: float = 20) -> None:
    """Wait for something to come true; fail when it does not in time."""
    async with asyncio.timeout(seconds):
        while not await is_true():  # noqa: ASYNC110 - the test looks from outside
            await asyncio.sleep(0.01)


async def deliver(path: EventPath, body: dict[str, Any]) -> int:
    """Hand a body to the app as Slack's adapters do; return the status."""
    response = await path.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    return response.status


@asynccontextmanager
async def projecting(path: EventPath) -> AsyncIterator[EventPath]:
    await path.projector.start()
    yield path
    await path.projector.stop()


@pytest.fixture
async def slack() -> AsyncIterator[AuthServer]:
    async with auth_server() as server:
        yield server


@pytest.fixture
async def store(database_url: str, keyring: Keyring) -> AsyncIterator[InboxStore]:
    connected = InboxStore.connect(database_url, keyring=keyring)
    yield connected
    await connected.close()


@pytest.fixture
def slack_settings(slack: AuthServer) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token="xoxb-test",
        slack_api_url=f"{slack.url}/api/",
        inbox_poll_seconds=0.05,
    )


@pytest.fixture
async def clients(slack_settings: Settings, database: Database) -> AsyncIterator[Clients]:
    made = Clients(slack_settings, database)
    yield made
    await made.close()


@pytest.fixture
def make_path(store: InboxStore, database: Database, clients: Clients, slack_settings: Settings) -> PathMaker:
    """Build the way of an event; `listeners` by event type."""

    def build(listeners: dict[str, Callable[..., Awaitable[None]]] | None = None, **parts: Any) -> EventPath:
        def register(app):
            for event, listener in (listeners or {}).items():
                app.event(event)(listener)

        return build_event_path(
            **{
                "settings": slack_settings,
                "store": store,
                "clients": clients,
                "address_book": AddressBook(database, clock=clock),
                "replica_id": "replica-1",
                "clock": clock,
                "register": [register],
                **parts,
            }
        )

    return build
