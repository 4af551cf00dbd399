from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import App, AppCommand, AppShortcut, Channel, Person, Sandbox
from bot.sandbox.page import About, Page, TimeStop

APP = {
    "commands": (
        AppCommand("/draft", "Ask for a draft", "what to write"),
        AppCommand("/draftloop", "Figures and settings", "stats [me | #channel | task] [7d | 30d] | help"),
    ),
    "shortcuts": (
        AppShortcut("new_draft", "New draft", "global", "Ask for a draft"),
        AppShortcut("draft_reply", "Draft a reply", "message", "In its thread"),
    ),
}
ABOUT = About(model="SmolLM2-135M", note="Tiny & <honest>.", kind="embedded", story=("Ask for a draft",))


class MovingClock:
    """A time control over the sandbox's clock."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def jump(self, to: datetime) -> None:
        self._ahead += to - self.now()

    def stops(self) -> list[TimeStop]:
        return [TimeStop("In 1 hour", self.now() + timedelta(hours=1))]


@dataclass
class Visit:
    """A page with a sandbox behind it, and a browser's way to ask."""

    sandbox: Sandbox
    page: Page
    url: str
    http: aiohttp.ClientSession
    time: MovingClock
    ana: Person
    ben: Person
    gus: Person
    general: Channel
    plans: Channel
    board: Channel
    client: AsyncWebClient
    bolt: AsyncApp = field(init=False)

    def __post_init__(self) -> None:
        self.bolt = AsyncApp(client=self.client, signing_secret=self.sandbox.signing_secret)

    async def screen(self, person: Person, **parameters: Any) -> dict[str, Any]:
        parameters = {
            "as": person.user_id,
            **{("in" if k == "place" else k): v for k, v in parameters.items()},
        }
        async with self.http.get(f"{self.url}/screen", params=parameters) as response:
            assert response.status == 200
            return await response.json()

    async def do(self, person: Person, verb: str, **fields: Any) -> dict[str, Any]:
        answer = await self.do_anyhow({"as": person.user_id, "verb": verb, **fields})
        assert answer.pop("status") == 200, answer
        return answer

    async def do_anyhow(self, body: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.url}/do", json=body) as response:
            return {"status": response.status, **await response.json()}

    async def texts(self, person: Person, place: Channel, name: str = "messages", **more: Any) -> list[str]:
        screen = await self.screen(person, place=place.id, **more)
        return [item["html"] for item in screen["lists"][name]]


@asynccontextmanager
async def make_visit(ack_seconds: float = 3.0, about: About = ABOUT) -> AsyncIterator[Visit]:
    time = MovingClock()
    clock = lambda: time.now().timestamp()  # noqa: E731 - one line says it.
    async with (
        Sandbox(app=App(**APP), ack_seconds=ack_seconds, clock=clock) as sandbox,
        aiohttp.ClientSession() as http,
    ):
        ana = sandbox.add_person("Ana Ruiz", admin=True, tz="Europe/Berlin")
        ben = sandbox.add_person("Ben")
        gus = sandbox.add_person("Gus", guest=True)
        general = sandbox.add_channel("general", members=[ana, ben])
        plans = sandbox.add_channel("plans", members=[ana], private=True)
        board = sandbox.add_channel("board", members=[ana, gus])
        page = Page(sandbox, about=about, time=time)
        url = await page.start(port=0)
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
        yield Visit(sandbox, page, url, http, time, ana, ben, gus, general, plans, board, client)
        await page.stop()


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    async with make_visit() as made:
        yield made


@pytest.fixture
async def connected(visit) -> AsyncIterator[Visit]:
    handler = AsyncSocketModeHandler(visit.bolt, visit.sandbox.app_token, ping_interval=0.1)
    await handler.connect_async()
    await visit.sandbox.wait_connected()
    yield visit
    await handler.close_async()
