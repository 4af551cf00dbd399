"""HTTP mode: signed requests to the app's own endpoints."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.deliveries import Answer, Attempt, Delivery
from bot.sandbox.records import Json

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Endpoints:
    """Where the app listens."""

    events: str
    interactions: str
    commands: str


def sign(body: bytes, *, secret: str, timestamp: int) -> dict[str, str]:
    """The two headers that prove a request comes from Slack."""
    base = f"v0:{timestamp}:".encode() + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


class SignedHttp:
    """Posts to the app as Slack's servers do, many at once but not without bound."""

    def __init__(
        self,
        endpoints: Endpoints,
        *,
        secret: str,
        ack_seconds: float,
        clock: Callable[[], float],
        at_once: int = 64,
    ) -> None:
        self._endpoints = endpoints
        self._secret = secret
        self._clock = clock
        self._slots = asyncio.Semaphore(at_once)
        self._timeout = aiohttp.ClientTimeout(total=ack_seconds)
        self._at_once = at_once
        self._session: aiohttp.ClientSession | None = None

    async def send(self, delivery: Delivery, *, attempt: Attempt, reason: str, patient: bool) -> Answer:  # noqa: ARG002
        """Post once; a 2xx within the time Slack allows is the acknowledgement."""
        url, body, kind = self._request(delivery)
        retry = {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": reason} if reason else {}
        async with self._slots:
            attempt.sent_at = self._clock()
            signature = sign(body, secret=self._secret, timestamp=int(attempt.sent_at))
            headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (sandbox)", **signature, **retry}
            return await self._post(url, body, headers)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _request(self, delivery: Delivery) -> tuple[str, bytes, str]:
        if delivery.kind == "events_api":
            return self._endpoints.events, json.dumps(delivery.payload).encode(), _JSON
        if delivery.kind == "slash_commands":
            return self._endpoints.commands, urlencode(delivery.payload).encode(), _FORM
        form = urlencode({"payload": json.dumps(delivery.payload)})
        return self._endpoints.interactions, form.encode(), _FORM

    def _open_session(self) -> aiohttp.ClientSession:
        # A session belongs to the running loop, so the first request opens it.
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._at_once)
            self._session = aiohttp.ClientSession(timeout=self._timeout, connector=connector)
        return self._session

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        try:
            async with self._open_session().post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                text = await response.text()
        except TimeoutError:
            return Answer("http_timeout")
        except aiohttp.ClientError:
            return Answer("connection_failed")
        no_retry = response.headers.get("X-Slack-No-Retry") == "1"
        if not response.ok:
            return Answer("http_error", no_retry=no_retry)
        return Answer("acked", _answer(text, response.content_type))


def _answer(text: str, content_type: str) -> Json:
    if not text:
        return {}
    if content_type != _JSON:
        return {"text": text}
    try:
        body = json.loads(text)
    except ValueError:
        return {"unreadable": text}
    return body if isinstance(body, dict) else {}
