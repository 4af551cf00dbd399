"""Socket Mode: several connections to Slack, watched, so that one is always open."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.websockets import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient
from websockets.exceptions import WebSocketException

from bot.errors import BotError
from bot.logs import get_logger
from bot.metrics import SOCKET_CONNECTIONS, SOCKET_RECONNECTS, UNHANDLED
from handlers.authorize import SlackNotAnswering, slack_code

log = get_logger(__name__)

_FOR_GOOD = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "token_revoked",
    }
)


class SocketModeRefused(BotError):
    """Slack does not take our app-level token; only a person can change that."""

    code = "socket_mode_refused"

    def __init__(self, code: str | None) -> None:
        super().__init__(
            f"Slack refuses SLACK_APP_TOKEN ({code}): it must be an app-level token (xapp-…) with the "
            "scope connections:write, and Socket Mode must be on in the app's settings."
        )


@dataclass(frozen=True)
class Watch:
    """How often the watchdog looks, and how its pauses between tries grow (seconds)."""

    look_every: float = 1.0
    first_pause: float = 0.5
    longest_pause: float = 30.0
    ping_every: float = 10.0
    drain: float = 3.0

    def pause(self, failures: int, *, chance: float) -> float:
        """Return the pause after so many failures in a row; `chance` in 0 … 1 spreads replicas apart."""
        full = min(self.longest_pause, self.first_pause * float(1 << min(failures, 16)))
        return full * (0.5 + chance / 2)


class _Connection(AsyncSocketModeHandler):
    """One connection; knows what it is still answering."""

    def __init__(
        self, app: AsyncApp, app_token: str, *, web_client: AsyncWebClient, ping_interval: float
    ) -> None:
        super().__init__(
            app, app_token, logger=_quiet_logger(), web_client=web_client, ping_interval=ping_interval
        )
        self.answering: set[asyncio.Task[Any]] = set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one envelope; a 5xx is no answer, so that Slack sends it again."""
        this = asyncio.current_task()
        self.answering |= {this} if this else set()
        try:
            await send_async_response(client, req, await self._answer(req), time.time())
        except (WebSocketException, OSError) as error:
            log.warning("socket_mode_answer_lost", error=type(error).__name__)
        finally:
            self.answering.discard(this)

    async def _answer(self, req: SocketModeRequest) -> BoltResponse:
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=req.payload)
        except (TypeError, ValueError, AttributeError, LookupError):
            UNHANDLED.labels("unreadable").inc()  # It would not be more readable the next time.
            return BoltResponse(status=200)
        return await self.app.async_dispatch(request)


class SocketMode:
    """The connections of one process; an envelope is acknowledged on the one it came by."""

    def __init__(
        self,
        app: AsyncApp,
        *,
        app_token: str,
        slack_api_url: str,
        connections: int = 2,
        watch: Watch | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._watch = watch or Watch()
        self._chance = chance
        self._app = app
        self._app_token = app_token
        self._web = AsyncWebClient(base_url=slack_api_url)
        self._count = connections
        self._handlers: list[_Connection] = []
        self._watchdogs: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Open the connections; one that fails for now is left to its watchdog.

        Raises:
            SocketModeRefused: the token is not good.
        """
        self._handlers = [self._new_handler() for _ in range(self._count)]
        try:
            failures = [await self._connect(handler) for handler in self._handlers]
        except SocketModeRefused:
            await self.stop()
            raise
        self._watchdogs = [
            asyncio.create_task(self._keep_open(handler, failures=int(failed)))
            for handler, failed in zip(self._handlers, failures, strict=True)
        ]

    async def stop(self) -> None:
        """Close every connection; nothing reconnects."""
        for task in self._watchdogs:
            task.cancel()
        await asyncio.gather(*self._watchdogs, return_exceptions=True)
        await self._finish_answering()
        await asyncio.gather(*(handler.close_async() for handler in self._handlers))  # type: ignore[no-untyped-call]
        await asyncio.gather(*(_ended(handler) for handler in self._handlers))
        SOCKET_CONNECTIONS.set(0)

    async def _finish_answering(self) -> None:
        answering = set().union(*(handler.answering for handler in self._handlers))
        if answering:
            await asyncio.wait(answering, timeout=self._watch.drain)

    async def problem(self) -> str | None:
        """Say so when no connection is open, for the health check."""
        return None if await self._open_connections() else "no Socket Mode connection is open"

    async def _open_connections(self) -> int:
        opened = sum([await handler.client.is_connected() for handler in self._handlers])
        SOCKET_CONNECTIONS.set(opened)
        return opened

    def _new_handler(self) -> _Connection:
        handler = _Connection(
            self._app, self._app_token, web_client=self._web, ping_interval=self._watch.ping_every
        )
        # One hand on the wheel: reconnecting is the watchdog's alone.
        handler.client.default_auto_reconnect_enabled = False
        handler.client.auto_reconnect_enabled = False
        return handler

    async def _keep_open(self, handler: _Connection, *, failures: int) -> None:
        while True:
            await asyncio.sleep(
                self._watch.pause(failures, chance=self._chance()) if failures else self._watch.look_every
            )
            if await handler.client.is_connected():
                failures = 0
                continue
            try:
                failed = await self._connect(handler)
            except SocketModeRefused as error:
                failed = True
                log.error("socket_mode_refused", sentence=error.sentence)  # noqa: TRY400 - The sentence says it all.
            failures = failures + 1 if failed else 0
            SOCKET_RECONNECTS.inc(not failed)
            await self._open_connections()

    async def _connect(self, handler: _Connection) -> bool:
        """Open a connection with a fresh ticket (a ticket is good for one handshake); True when it failed."""
        try:
            await handler.client.connect_to_new_endpoint()
        except SlackApiError as error:
            code = slack_code(error)
            if code in _FOR_GOOD:
                raise SocketModeRefused(code) from None
            log.warning("socket_mode_not_connected", error=code or "no_answer_of_slack")
            return True
        except Exception as error:  # noqa: BLE001 - Whatever it is: without its watchdog we would stay deaf.
            log.warning("socket_mode_not_connected", error=type(error).__name__)
            return True
        return not await handler.client.is_connected()


async def check_app_token(app_token: str, *, slack_api_url: str) -> None:
    """Ask Slack for a connection without opening it.

    Raises:
        SocketModeRefused: the token is not good.
        SlackNotAnswering: nobody knows yet.
    """
    try:
        await AsyncWebClient(base_url=slack_api_url).apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        if (code := slack_code(error)) in _FOR_GOOD:
            raise SocketModeRefused(code) from None
        raise SlackNotAnswering from None
    except (ClientError, OSError, TimeoutError):
        raise SlackNotAnswering from None


async def _ended(handler: _Connection) -> None:
    """Wait until the tasks of a closed client are really gone."""
    client = handler.client
    tasks = (client.message_processor, client.current_session_monitor, client.message_receiver)
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


def _quiet_logger() -> logging.Logger:
    """Return the SDK's logger above INFO: a cut connection is ours to report, once."""
    logger = logging.getLogger("slack_sdk.socket_mode.draftloop")
    logger.setLevel(logging.CRITICAL)
    return logger
