"""A webhook trainer on localhost: checks signatures and idempotency keys, and can misbehave on demand."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

SECRET = "webhook-test-secret"


@dataclass
class TrainerEndpoint:
    """What the endpoint was told and how it behaves; `mode` names a fault of POST or GET."""

    secret: str = SECRET
    mode: str = ""
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    submissions: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    redirected_to: int = 0
    cancelled: set[str] = field(default_factory=set)
    url: str = ""
    status: dict[str, Any] = field(default_factory=lambda: {"state": "running"})

    async def on_submit(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if not self._is_signed(request, body):
            return web.json_response({"error": "bad signature"}, status=401)
        if (fault := await self._fault("submit", request)) is not None:
            return fault
        order = json.loads(body)
        key = order["submission_key"]
        assert request.headers["Idempotency-Key"] == key
        self.submissions[key] += 1
        known = next((job_id for job_id, job in self.jobs.items() if job["submission_key"] == key), None)
        if known is not None:
            return web.json_response({"job_id": known}, status=409)
        job_id = f"job-{len(self.jobs) + 1}"
        self.jobs[job_id] = order
        if self.mode == "submit:lost":  # It took the job, and the answer never arrives.
            self.mode = ""
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"job_id": job_id}, status=201)

    async def on_status(self, request: web.Request) -> web.StreamResponse:
        if not self._is_signed(request, b""):
            return web.json_response({"error": "bad signature"}, status=401)
        if (fault := await self._fault("status", request)) is not None:
            return fault
        if request.match_info["job"] not in self.jobs:
            return web.json_response({}, status=404)
        return web.json_response(self.status)

    async def on_cancel(self, request: web.Request) -> web.StreamResponse:
        if not self._is_signed(request, b""):
            return web.json_response({"error": "bad signature"}, status=401)
        self.cancelled.add(request.match_info["job"])
        self.status = {"state": "cancelled"}
        return web.Response(status=204)

    async def on_elsewhere(self, request: web.Request) -> web.StreamResponse:
        self.redirected_to += 1
        return web.json_response({"job_id": "stolen", "state": "succeeded"})

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        timestamp = request.headers.get("X-Draftloop-Timestamp", "0")
        message = b"v1:" + timestamp.encode() + b":" + body
        expected = "v1=" + hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()
        fresh = abs(time.time() - int(timestamp)) < 300
        good = fresh and hmac.compare_digest(expected, request.headers.get("X-Draftloop-Signature", ""))
        self.refused += not good
        return good

    async def _fault(self, call: str, request: web.Request) -> web.StreamResponse | None:
        where, _, fault = self.mode.partition(":")
        if where != call or fault == "lost":
            return None
        return await getattr(self, f"_{fault}")(request)

    async def _busy(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=503)

    async def _limited(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=429)

    async def _refuse(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=422, text="no thanks")

    async def _redirect(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async def _garbage(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"\xff\xfe not json {", content_type="application/json")

    async def _list(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(["job-1"])

    async def _deep(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"[" * 100_000)

    async def _foreign(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"job_id": "1", "status_url": "http://127.0.0.1:1/status"})

    async def _huge(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not request.transport.is_closing():  # type: ignore[union-attr]
            await response.write(b"x" * 65_536)
        return response

    async def _hang(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


@asynccontextmanager
async def running_endpoint(**options: Any) -> AsyncIterator[TrainerEndpoint]:
    """Serve an endpoint on a free port of this machine."""
    endpoint = TrainerEndpoint(**options)
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/train", endpoint.on_submit)
    app.router.add_get("/train/{job}", endpoint.on_status)
    app.router.add_delete("/train/{job}", endpoint.on_cancel)
    app.router.add_route("*", "/elsewhere", endpoint.on_elsewhere)
    async with TestServer(app) as server:
        endpoint.url = str(server.make_url("/train"))
        yield endpoint
