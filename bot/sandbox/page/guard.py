"""The guard in front of the page: only this computer's own browser, on this page, may read or do anything."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.server import LOOPBACK

MAX_BODY_BYTES = 1024 * 1024
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Mapping[str, str] = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class _Refused(Exception):
    """The request is answered with ``status`` and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Guard:
    """ASGI middleware: checks every request, and puts the security headers on every answer.

    A web page elsewhere can point its own name at this computer, or send a form here: neither carries our ``Host``
    and ``Origin``. Bodies are JSON of a bounded size.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        if scope["type"] != "http":
            await send({"type": "websocket.close"})  # The page has no other kind of connection.
            return
        answer = _with_headers(send)
        try:
            _check(scope["method"], scope["path"], Headers(scope=scope))
            receive = await _bounded(receive) if scope["method"] == "POST" else receive
        except _Refused as refused:
            await _refuse(answer, refused)
            return
        await self._app(scope, receive, answer)


def _check(method: str, path: str, headers: Headers) -> None:
    if _host_name(headers.get("host", "")) not in LOOPBACK:
        raise _Refused(421, "This page answers on this computer only.")
    if method == "POST":
        _check_post(headers)
    elif method not in ("GET", "HEAD"):
        raise _Refused(405, "This page takes GET and POST only.")
    elif path != "/" and not _from_here(headers):
        raise _Refused(403, "Another site asked for this.")


def _check_post(headers: Headers) -> None:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Refused(415, "Send JSON, please.")
    origin = headers.get("origin")
    if (origin is not None and origin != f"http://{headers['host']}") or not _from_here(headers):
        raise _Refused(403, "Another site sent this.")
    promised = headers.get("content-length", "")
    if promised.isdecimal() and int(promised) > MAX_BODY_BYTES:
        raise _Refused(413, "That is too long.")


def _from_here(headers: Headers) -> bool:
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


async def _bounded(receive: Receive) -> Receive:
    """Read the body, and no byte more than is allowed, whatever the headers promise."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and message.get("more_body", False)
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise _Refused(413, "That is too long.")
    unread = [bytes(body)]

    async def read() -> Message:
        return (
            {"type": "http.request", "body": unread.pop(), "more_body": False} if unread else await receive()
        )

    return read


def _with_headers(send: Send) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return answer


async def _refuse(send: Send, refused: _Refused) -> None:
    body = json.dumps({"ok": False, "error": refused.sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
