"""The HTTP server: Web API, Socket Mode, uploads, response URLs, consent page, files, control."""

import asyncio
import json
from base64 import b64decode
from binascii import Error as BadBase64
from typing import Any, Protocol
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.control import add_control_routes
from bot.sandbox.dispatch import perform
from bot.sandbox.errors import SlackError
from bot.sandbox.faults import Fault, Faults, RateLimits
from bot.sandbox.methods.oauth import issue_code
from bot.sandbox.records import Json
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.web_calls import WebCall
from bot.sandbox.workspace import Workspace

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_MOST_BYTES = 64 * 1024 * 1024


class Behind(Protocol):
    """What the server needs of the sandbox behind it."""

    workspace: Workspace
    socket_mode: SocketMode
    response_urls: ResponseUrls
    faults: Faults


class Server:
    """aiohttp's server on a loopback port; it can cut a connection, which the faults need."""

    def __init__(self, behind: Any, *, strict: bool, limits: RateLimits | None) -> None:
        self.calls: list[WebCall] = []
        self._behind: Behind = behind
        self._workspace = self._behind.workspace
        self._strict = strict
        self._limits = limits
        app = web.Application(client_max_size=_MOST_BYTES, middlewares=[_only_loopback])
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/", self._behind.socket_mode.serve)
        app.router.add_post("/upload/v1/{ticket}", self._upload)
        app.router.add_post("/response/{secret}", self._response_url)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_get("/files-pri/{place}/{name}", self._download)
        add_control_routes(app, behind)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def start(self, host: str, *, port: int) -> str:
        """Listen, and return the base URL."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        fault = self._behind.faults.take(name)
        try:
            arguments, token = await _read_call(request)
        except SlackError as error:
            return web.json_response(error.answer())
        if fault is not None:
            return await self._fail(request, name, arguments, token, fault)
        return self._answer(name, arguments, token)

    def _answer(self, name: str, arguments: Json, token: str, fault: str = "") -> web.Response:
        wait = self._limits.wait_for(name, arguments=arguments) if self._limits else 0
        if wait:
            return self._too_many(name, arguments, wait)
        try:
            answer = perform(
                self._workspace, name=name, arguments=arguments, token=token, strict=self._strict
            )
        except SlackError as error:
            answer = error.answer()
        # Encoded at once: the answer must not change with the workspace.
        body = json.dumps(answer)
        self._record(name, arguments, json.loads(body), fault=fault)
        grant = self._workspace.grants.get(token)
        scopes = {"X-OAuth-Scopes": ",".join(sorted(grant.scopes))} if grant else {}
        return web.Response(text=body, content_type="application/json", headers=scopes)

    def _record(
        self, name: str, arguments: Json, answer: Json, *, status: int = 200, fault: str = ""
    ) -> None:
        self.calls.append(WebCall(name, arguments, answer, self._workspace.clock(), status, fault))
        self._workspace.note_change()

    def _too_many(self, name: str, arguments: Json, seconds: int, fault: str = "") -> web.Response:
        answer = {"ok": False, "error": "ratelimited"}
        self._record(name, arguments, answer, status=429, fault=fault)
        return web.json_response(answer, status=429, headers={"Retry-After": str(seconds)})

    async def _fail(
        self, request: web.Request, name: str, arguments: Json, token: str, fault: Fault
    ) -> web.StreamResponse:
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            return self._answer(name, arguments, token, fault.kind)
        if fault.kind == "drop_after":
            answered = self._answer(name, arguments, token, fault.kind)
            _cut(request)
            return answered
        if fault.kind == "ratelimited":
            return self._too_many(name, arguments, fault.retry_after, fault.kind)
        if fault.kind == "drop_before":
            _cut(request)
        response = _broken(fault)
        unanswered = {"ok": False, "error": fault.code if fault.kind == "error" else fault.kind}
        self._record(name, arguments, unanswered, status=response.status, fault=fault.kind)
        return response

    async def _upload(self, request: web.Request) -> web.Response:
        stored = self._workspace.files.get(request.match_info["ticket"].partition(".")[0])
        if stored is None or stored.completed:
            return web.Response(status=404, text="not found")
        content = await _uploaded_bytes(request)
        if len(content) != stored.length:
            return web.Response(status=400, text="length mismatch")
        stored.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _response_url(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.text())
            self._behind.response_urls.answer(request.match_info["secret"], body=body)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except SlackError as error:
            missing = error.code in ("used_url", "expired_url", "invalid_url")
            return web.json_response(error.answer(), status=404 if missing else 400)
        self._workspace.note_change()
        return web.Response(text="ok")

    async def _authorize(self, request: web.Request) -> web.Response:
        query = request.query
        if query.get("client_id") != self._workspace.app.client_id or "redirect_uri" not in query:
            return web.Response(status=400, text="invalid_client_id")
        scopes = frozenset(scope for scope in query.get("scope", "").split(",") if scope)
        code = issue_code(self._workspace, scopes=scopes or self._workspace.app.scopes)
        target = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query.get('state', '')})}"
        return web.Response(status=302, headers={"Location": target})

    async def _download(self, request: web.Request) -> web.Response:
        stored = self._workspace.files.get(request.match_info["place"].rpartition("-")[2])
        grant = self._workspace.grants.get(_bearer(request))
        if stored is None or stored.content is None:
            return web.Response(status=404)
        if grant is None or grant.revoked or "files:read" not in grant.scopes:
            return web.Response(status=302, headers={"Location": f"{self._workspace.base_url}/signin"})
        return web.Response(body=stored.content, content_type=stored.mimetype)


@web.middleware
async def _only_loopback(request: web.Request, handler: Handler) -> web.StreamResponse:
    # A web page elsewhere could point its own name at this machine; its requests then carry that name.
    if request.url.host not in LOOPBACK:
        return web.Response(status=421, text="loopback only")
    return await handler(request)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _broken(fault: Fault) -> web.Response:
    if fault.kind == "html":
        return web.Response(
            text="<html><body>Slack is having trouble.</body></html>", content_type="text/html"
        )
    if fault.kind == "error":
        return web.json_response({"ok": False, "error": fault.code})
    return web.Response(status=500, text="Internal Server Error")


async def _uploaded_bytes(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for field in (await request.post()).values():
        if isinstance(field, web.FileField):
            return bytes(field.file.read())
    return b""


async def _read_call(request: web.Request) -> tuple[Json, str]:
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await _json_body(request)
    elif request.can_read_body:
        arguments |= dict(await request.post())
    arguments |= _basic(request)
    token = str(arguments.pop("token", "") or _bearer(request))
    return arguments, token


async def _json_body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def _bearer(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _basic(request: web.Request) -> Json:
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        client_id, _, secret = b64decode(encoded).decode().partition(":")
    except (BadBase64, UnicodeDecodeError):
        return {}
    return {"client_id": client_id, "client_secret": secret}
