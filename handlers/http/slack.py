"""`POST /slack/events`: events, interactions and commands, guarded, then answered by the Bolt app."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import ClientDisconnect

from bot.logs import get_logger
from bot.metrics import REQUESTS_REFUSED
from handlers.app import EventPath
from handlers.http.guard import Guard, Refused

log = get_logger(__name__)

_ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Signed, but not readable."},
    401: {"description": "Not signed by Slack, or too old."},
    408: {"description": "The body did not come in time."},
    413: {"description": "Larger than 1 MiB."},
    415: {"description": "Neither JSON nor a form."},
    503: {"description": "Could not be stored; please send it again."},
}


_READ_SECONDS = 10.0  # Slack sends a body at once, and waits three seconds for its answer.


class _SlackRoute(APIRoute):
    """Hands the request over as it is: FastAPI's search for dependencies would find none, at a third of the price."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the endpoint itself."""
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


def slack_routes(
    path: EventPath,
    *,
    guard: Guard,
    clock: Callable[[], float] = time.time,
    read_seconds: float = _READ_SECONDS,
) -> APIRouter:
    """Return the routes that Slack calls; `clock` gives epoch seconds, a body may take `read_seconds` to arrive."""
    router = APIRouter(route_class=_SlackRoute)

    @router.post("/slack/events", responses=_ANSWERS, response_class=Response, tags=["slack"])
    async def slack_events(request: Request) -> Response:
        """Take one signed request of Slack."""
        headers = _headers(request)
        try:
            async with asyncio.timeout(read_seconds):
                body = await guard.read(headers, request.stream(), now=clock())
            return _response(await _answer(path, body, headers))
        except Refused as refused:
            return _refusal(refused)
        except TimeoutError:
            return _refusal(Refused(408, "too_slow"))
        except ClientDisconnect:
            return _refusal(Refused(400, "cut_off"))

    return router


def _headers(request: Request) -> dict[str, str]:
    """Return the headers decoded once: they are asked many times."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}


async def _answer(path: EventPath, body: dict[str, Any], headers: Mapping[str, str]) -> BoltResponse:
    """Have an event stored; what else there is goes to a listener."""
    stored = await path.intake.take(body)
    return stored or await path.app.async_dispatch(_bolt_request(body, headers))


def _bolt_request(body: dict[str, Any], headers: Mapping[str, str]) -> AsyncBoltRequest:
    retries = {name: value for name, value in headers.items() if name.startswith("x-slack-retry")}
    try:
        # Bolt takes a body that is parsed already in this mode only; the guard checked what HTTP mode would.
        return AsyncBoltRequest(body=body, headers=dict(retries), mode="socket_mode")
    except (TypeError, ValueError, AttributeError, LookupError):
        raise Refused(400, "malformed") from None


def _refusal(refused: Refused) -> Response:
    REQUESTS_REFUSED.labels(refused.reason).inc()
    log.info("slack_request_refused", status=refused.status, reason=refused.reason)
    return Response(status_code=refused.status)


def _response(answer: BoltResponse) -> Response:
    return Response(content=answer.body, status_code=answer.status, headers=answer.first_headers())
