"""A team's own receiver of webhooks on localhost: checks signatures, remembers, and can misbehave on demand."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class Receiver:
    """What was received; `answers` are given in turn (the last one for ever), `hold` keeps an answer back."""

    secret: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    received: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    elsewhere: int = 0
    hold: asyncio.Event | None = None
    url: str = ""

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for body in self.received for event in body["events"]]

    async def on_call(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._answer(request, raw)
        finally:
            self.at_once -= 1

    async def _answer(self, request: web.Request, raw: bytes) -> web.StreamResponse:
        message = b"v1:" + request.headers["X-Draftloop-Timestamp"].encode() + b":" + raw
        expected = "v1=" + hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers["X-Draftloop-Signature"]):
            return web.Response(status=401)
        self.received.append(json.loads(raw))
        self.deliveries.append(request.headers["X-Draftloop-Delivery"])
        if self.hold is not None:
            await self.hold.wait()
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        headers = {"Location": "/elsewhere"} if 300 <= status < 400 else {}
        return web.Response(status=status, headers=headers)

    async def on_elsewhere(self, request: web.Request) -> web.StreamResponse:
        self.elsewhere += 1
        return web.Response()


@asynccontextmanager
async def running_receiver() -> AsyncIterator[Receiver]:
    """Serve a receiver on a free port of this machine."""
    receiver = Receiver()
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.router.add_post("/hook", receiver.on_call)
    app.router.add_route("*", "/elsewhere", receiver.on_elsewhere)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/hook"))
        yield receiver
