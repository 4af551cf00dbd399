from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SCOPES, App, Channel, Person, Sandbox


@dataclass
class Scene:
    """One sandbox with a person, a channel and Slack's own client for the app."""

    sandbox: Sandbox
    ana: Person
    general: Channel
    client: AsyncWebClient


@asynccontextmanager
async def make_scene(ack_seconds: float) -> AsyncIterator[Scene]:
    app = App(scopes=SCOPES | {"files:read", "im:read", "team:read", "usergroups:read"})
    async with Sandbox(app=app, ack_seconds=ack_seconds, retry_delays=(0.0, 0.05, 0.1)) as sandbox:
        ana = sandbox.add_person("Ana", admin=True, tz="Europe/Berlin")
        general = sandbox.add_channel("general", members=[ana])
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
        yield Scene(sandbox, ana, general, client)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with make_scene(ack_seconds=3.0) as made:
        yield made


@pytest.fixture
async def impatient_scene() -> AsyncIterator[Scene]:
    async with make_scene(ack_seconds=0.1) as made:
        yield made


@pytest.fixture
def app(scene) -> AsyncApp:
    return AsyncApp(client=scene.client, signing_secret=scene.sandbox.signing_secret)


@pytest.fixture
async def socket_app(scene, app) -> AsyncIterator[AsyncApp]:
    handler = AsyncSocketModeHandler(app, scene.sandbox.app_token, ping_interval=0.1)
    await handler.connect_async()
    await scene.sandbox.wait_connected()
    yield app
    await handler.close_async()


@pytest.fixture
async def http_app(scene, app) -> AsyncIterator[AsyncApp]:
    async def endpoint(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_post("/slack/events", endpoint)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    scene.sandbox.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield app
    await runner.cleanup()


@pytest.fixture(params=["socket_app", "http_app"])
def any_app(request) -> AsyncApp:
    return request.getfixturevalue(request.param)
