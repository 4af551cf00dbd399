"""What every request to the API passes first: bounded bodies of plain JSON in; safe headers and no traceback out."""

import asyncio
import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import BotError
from handlers.errors import log_unknown
from handlers.http.api.errors import Refusal, problem_response, refusal_response
from storage.patience import passes_by_itself

MAX_BODY_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 16
READ_SECONDS: Final = 10.0
_LONGEST_INTEGER: Final = 18  # digits: what every program's integers hold
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_HEADERS: Final[Mapping[str, str]] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_AWAY: Final = "The database cannot be reached just now. Please try again in a moment."


class Door:
    """ASGI middleware in front of the API."""

    def __init__(self, app: ASGIApp, *, read_seconds: float = READ_SECONDS) -> None:
        self._app = app
        self._read_seconds = read_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close"})  # The API has no other kind of connection.
            return
        answer = _Answer(send)
        try:
            body = await self._read(scope, receive)
            await self._app(scope, _again(body, receive), answer)
        except Exception as error:  # noqa: BLE001 - the boundary: nothing of an error's text may get out.
            response = _response_to(error)
            if not answer.begun:
                await response(scope, receive, answer)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        """Return the body, if it is one that everything behind can work with."""
        try:
            async with asyncio.timeout(self._read_seconds):
                body = await _read_bounded(Headers(scope=scope), Request(scope, receive))
        except TimeoutError:
            raise Refusal(408, "too_slow", "The body did not come in time.") from None
        except ClientDisconnect:
            raise Refusal(400, "cut_off", "The body was cut off.") from None
        if body:
            _check_json(Headers(scope=scope), body)
        return body


class _Answer:
    """Sends an answer with the headers that every one has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that tells the body that was read already, and then what really comes."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return messages.pop() if messages else await receive()

    return next_message


async def _read_bounded(headers: Headers, request: Request) -> bytes:
    """Read the body, and no byte more than is allowed, whatever the headers promise."""
    promised, body = headers.get("content-length", ""), bytearray()
    if promised.isdecimal() and (len(promised) > 9 or int(promised) > MAX_BODY_BYTES):
        raise _too_large()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _too_large()
    return bytes(body)


def _check_json(headers: Headers, body: bytes) -> None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(415, "not_json", "Send JSON, with Content-Type: application/json.")
    try:
        parsed = json.loads(body.decode(), parse_constant=_refuse, parse_float=_float, parse_int=_int)
        _check_values(parsed)
    except (ValueError, RecursionError):
        raise Refusal(
            400,
            "bad_json",
            f"The body is not JSON that I can take: UTF-8, at most {MAX_DEPTH} levels deep, finite numbers, integers of "
            f"at most {_LONGEST_INTEGER} digits, no NUL characters and no halves of character pairs.",
        ) from None


def _check_values(parsed: Any) -> None:
    """Go through everything in a parsed body, without recursion.

    Raises:
        ValueError: it is too deep, or has characters that no database takes.
    """
    waiting = [(parsed, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str) and _UNSTORABLE.search(value):
            raise ValueError
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        if isinstance(inner, list):
            if depth > MAX_DEPTH:
                raise ValueError
            waiting += [(each, depth + 1) for each in inner]


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _float(written: str) -> float:
    value = float(written)
    if not math.isfinite(value):
        raise ValueError
    return value


def _int(written: str) -> int:
    if len(written.lstrip("-")) > _LONGEST_INTEGER:
        raise ValueError
    return int(written)


def _too_large() -> Refusal:
    return Refusal(413, "too_large", f"The body is larger than {MAX_BODY_BYTES // 1024} kB.")


def _response_to(error: Exception) -> ASGIApp:
    if isinstance(error, BotError):
        return refusal_response(error)
    if passes_by_itself(error):
        return problem_response(503, "unavailable", _AWAY, headers={"Retry-After": "5"})
    reference = log_unknown(error)
    return problem_response(
        500, "internal", f"Something went wrong on our side (reference {reference}). Please try again."
    )
