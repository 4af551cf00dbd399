"""A Slack that only knows `auth.test` and answers it as the test wants, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

GOOD: dict[str, Any] = {
    "ok": True,
    "url": "https://test.slack.com/",
    "team": "Test",
    "team_id": "T0TEAM",
    "user": "draftloop",
    "user_id": "U0BOT",
    "bot_id": "B0BOT",
}


class AuthServer:
    """`answer` is what comes next: a body, or a status with a text; `held` makes it wait.

    With `drops_notes` the connection is cut once a note was taken.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.answer: dict[str, Any] | tuple[int, str, str] = GOOD
        self.held: asyncio.Event | None = None
        self.notes: list[dict[str, Any]] = []
        self.drops_notes = False
        self.url = ""

    async def on_auth_test(self, _: web.Request) -> web.Response:
        self.calls += 1
        if self.held is not None:
            await self.held.wait()
        if isinstance(self.answer, dict):
            return web.json_response(self.answer)
        status, content_type, text = self.answer
        return web.Response(status=status, text=text, content_type=content_type)

    async def on_note(self, request: web.Request) -> web.Response:
        form = await (request.json() if request.content_type == "application/json" else request.post())
        self.notes.append({"path": request.path, **form})
        if self.drops_notes and request.transport is not None:
            request.transport.close()
        return web.json_response({"ok": True, "message_ts": "1.1"})


@asynccontextmanager
async def auth_server() -> AsyncIterator[AuthServer]:
    server, app = AuthServer(), web.Application()
    app.router.add_post("/api/auth.test", server.on_auth_test)
    app.router.add_post("/api/chat.postEphemeral", server.on_note)
    app.router.add_post("/api/chat.postMessage", server.on_note)
    app.router.add_post("/response", server.on_note)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    if server.held is not None:
        server.held.set()
    await runner.cleanup()
