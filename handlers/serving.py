"""One running bot: every part started in the order it needs and stopped in the order that loses nothing."""

import contextlib
import gc
from functools import partial

from fastapi import APIRouter
from slack_bolt.app.async_app import AsyncApp

from bot.errors import SettingsError
from bot.logs import get_logger
from bot.services import Services
from bot.slack.identity import identify
from handlers import actions, commands, events, shortcuts, views, workflows
from handlers.app import EventPath, build_event_path
from handlers.http.api import PREFIX, build_api
from handlers.http.guard import Guard
from handlers.http.health import Check, Readiness, event_checks
from handlers.http.server import HttpServer, build_http
from handlers.http.slack import slack_routes
from handlers.socket_mode import SocketMode

log = get_logger(__name__)
LISTENERS = (events, actions, views, shortcuts, commands)


class RunningBot:
    """What `draftloop serve` runs; tests and the demo run the same."""

    def __init__(self, services: Services) -> None:
        settings = services.settings
        self._services = services
        path = build_event_path(
            settings=settings,
            store=services.inbox,
            clients=services.clients,
            address_book=services.address_book,
            replica_id=services.replica_id,
            clock=services.clock,
            register=[partial(package.register, services=services) for package in LISTENERS],
        )
        self._projector = path.projector
        self._socket_mode = _socket_mode(services, path.app)
        self._readiness = Readiness(_checks(services, path, self._socket_mode))
        routers = [] if self._socket_mode else [_slack_router(services, path)]
        api = build_api(services.integrations)
        web = build_http(*routers, readiness=self._readiness, mounted={PREFIX: api})
        self._http = HttpServer(web, host=settings.http_host, port=settings.http_port)

    @property
    def url(self) -> str:
        """Where health, metrics, the API and (in HTTP mode) Slack's requests are answered."""
        return self._http.url

    @property
    def by_socket(self) -> bool:
        """Whether events come by Socket Mode."""
        return self._socket_mode is not None

    async def start(self) -> None:
        """Begin to work: durable work first, then what feeds it, Slack last.

        Raises:
            BotError: a token, an address or a setting is not usable; one sentence.
        """
        services = self._services
        services.model.require_key()
        await _introduce(services)
        workflows.register(services.durable, services=services)
        await services.replicas.beat(services.clock())
        await services.durable.launch()
        await self._projector.start()
        services.schedule.start()
        await self._http.start()
        if self._socket_mode is not None:
            await self._socket_mode.start()
        log.info("bot_started", replica=services.replica_id, socket_mode=self.by_socket, url=self.url)

    async def stop(self) -> None:
        """Take nothing new, finish what runs, leave the rest to the next process."""
        self._readiness.drain()
        async with contextlib.AsyncExitStack() as rest:
            rest.push_async_callback(self._services.replicas.stop)
            rest.push_async_callback(self._services.durable.close)
            rest.push_async_callback(self._services.schedule.close)
            rest.push_async_callback(self._projector.stop)
            rest.push_async_callback(self._http.stop)
            if self._socket_mode is not None:
                await self._socket_mode.stop()
        log.info("bot_stopped", replica=self._services.replica_id)


def keep_start_out_of_collections() -> None:
    """Tell the garbage collector that what the start made stays: a walk through all of it holds answers up for 0.1 s."""
    gc.collect()
    gc.freeze()


def _checks(services: Services, path: EventPath, socket_mode: SocketMode | None) -> dict[str, Check]:
    """Return everything that an event needs on its way: what `/health/ready` asks."""
    checks = event_checks(
        database=services.database, store=services.inbox, intake=path.intake, projector=path.projector
    )
    return checks if socket_mode is None else {**checks, "socket mode": socket_mode.problem}


async def _introduce(services: Services) -> None:
    """Ask Slack who we are with the configured token: a wrong one ends the start with one sentence."""
    token = services.settings.slack_bot_token
    if token is None:
        return
    identity = await identify(services.clients, token=token.get_secret_value())
    await services.address_book.workspace_seen(
        identity.workspace_id,
        name=identity.workspace,
        bot_user_id=identity.bot_user_id,
        bot_id=identity.bot_id,
    )


def _socket_mode(services: Services, app: AsyncApp) -> SocketMode | None:
    settings = services.settings
    if settings.slack_app_token is None:
        return None
    return SocketMode(
        app,
        app_token=settings.slack_app_token.get_secret_value(),
        slack_api_url=settings.slack_api_url,
        connections=settings.socket_connections,
    )


def _slack_router(services: Services, path: EventPath) -> APIRouter:
    secret = services.settings.slack_signing_secret
    if secret is None:
        raise SettingsError(
            "SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) is needed to hear Slack."
        )
    return slack_routes(path, guard=Guard(secret.get_secret_value()))
