"""The web application and the server that runs it inside our own loop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import APIRouter, FastAPI

from bot.errors import BotError
from handlers.http.health import Readiness, health_routes
from handlers.http.metrics import metrics_routes


class CannotListen(BotError):
    """The address is taken or not ours."""

    code = "cannot_listen"


def build_http(*routers: APIRouter, readiness: Readiness) -> FastAPI:
    """Build the application: health and metrics always, more (Slack's endpoint) by `routers`."""
    app = FastAPI(title="Draftloop", docs_url=None, redoc_url=None)
    for router in (*routers, health_routes(readiness), metrics_routes()):  # The busiest route is asked first.
        app.include_router(router)
    return app


class HttpServer:
    """Runs an application until it is stopped; port 0 takes any free one."""

    def __init__(self, app: FastAPI, *, host: str, port: int, drain_seconds: int = 10) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=drain_seconds,
        )
        self._server = _Server(config)
        self._host = host
        self._port = port
        self._socket: socket.socket | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        if self._socket is None:
            raise CannotListen("The HTTP server is not running.")
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def start(self) -> None:
        """Listen.

        Raises:
            CannotListen: one sentence that names the variables.
        """
        try:
            self._socket = _bind(self._host, self._port)
        except OSError as error:
            raise CannotListen(
                f"Cannot listen on {self._host}:{self._port} ({error.strerror}); "
                "see DRAFTLOOP_HTTP_HOST and DRAFTLOOP_HTTP_PORT."
            ) from None
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        await self._server.accepts.wait()

    async def stop(self) -> None:
        """Take no new connection, finish what runs, close."""
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
        if self._socket is not None:
            self._socket.close()


class _Server(uvicorn.Server):
    """Leaves signals to the program that it runs in, and says when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.accepts = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept."""
        await super().startup(sockets)
        self.accepts.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
