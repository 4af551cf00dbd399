"""The bot's web application, and its server with a sentence for an address that cannot be had."""

import re
from collections.abc import Mapping

from fastapi import APIRouter, FastAPI
from starlette.routing import Mount

from bot.errors import BotError
from bot.runtime.web_server import WebServer
from handlers.http.health import Readiness, health_routes
from handlers.http.metrics import metrics_routes


class CannotListen(BotError):
    """The address is taken or not ours."""

    code = "cannot_listen"


def build_http(
    *routers: APIRouter, readiness: Readiness, mounted: Mapping[str, FastAPI] | None = None
) -> FastAPI:
    """Build the application: health and metrics always, more (Slack's endpoint) by `routers` and `mounted` (by path)."""
    app = FastAPI(title="Draftloop", docs_url=None, redoc_url=None)
    for router in (*routers, health_routes(readiness), metrics_routes()):  # The busiest route is asked first.
        app.include_router(router)
    for path, inner in (mounted or {}).items():
        app.router.routes.append(_mount(path, inner))
    return app


def _mount(path: str, inner: FastAPI) -> Mount:
    """Put everything below a path in the hands of an application; Starlette's own pattern leaves line breaks out."""
    mount = Mount(path, inner)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


class HttpServer(WebServer):
    """Serves the bot's application where the settings say."""

    def __init__(self, app: FastAPI, *, host: str, port: int) -> None:
        super().__init__(app, host=host, port=port)
        self._address = f"{host}:{port}"

    async def start(self) -> None:
        """Listen.

        Raises:
            CannotListen: one sentence that names the variables.
        """
        try:
            await super().start()
        except OSError as error:
            raise CannotListen(
                f"Cannot listen on {self._address} ({error.strerror}); "
                "see DRAFTLOOP_HTTP_HOST and DRAFTLOOP_HTTP_PORT."
            ) from None
