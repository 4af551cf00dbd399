"""The Bolt app with every listener on it."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from handlers.authorize import Authorizer
from handlers.errors import install_error_boundary, on_error
from handlers.inbox import Intake, Pace, Projector
from storage.inbox_store import InboxStore

NOT_INSTALLED = (
    "I am not set up in this workspace (any more). Please ask whoever looks after me to install me again."
)


def build_app(
    *,
    authorize: AsyncAuthorize,
    intake: Intake,
    slack_api_url: str,
    register: Iterable[Callable[[AsyncApp], None]] = (),
) -> AsyncApp:
    """Build the app: intake, authorisation, the error boundary, then whatever `register` puts on it.

    Signatures are checked in front of it, on the raw bytes (`handlers/http`), so Bolt's own check is off.
    `process_before_response` makes Bolt answer after the listener: the projector waits for that, and
    an interaction is committed before it is acknowledged.
    """
    app = _App(
        intake,
        name="draftloop",
        logger=_quiet_logger(),
        # It says sorry to people, once: after a cut nobody knows whether the note arrived.
        client=AsyncWebClient(base_url=slack_api_url, retry_handlers=[]),
        signing_secret="",
        process_before_response=True,
        raise_error_for_unhandled_request=True,  # The error boundary acknowledges and counts them.
        authorize=authorize,
        request_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        user_facing_authorize_error_message=NOT_INSTALLED,
    )
    install_error_boundary(app)
    for put_on in register:
        put_on(app)
    return app


@dataclass(frozen=True)
class EventPath:
    """The way of an event: `intake` stores it, `projector` brings it to the listeners on `app`."""

    app: AsyncApp
    intake: Intake
    projector: Projector
    authorizer: Authorizer


def build_event_path(
    *,
    settings: Settings,
    store: InboxStore,
    clients: Clients,
    address_book: AddressBook,
    replica_id: str,
    clock: Callable[[], datetime],
    register: Iterable[Callable[[AsyncApp], None]],
) -> EventPath:
    """Wire the parts together; nothing runs until the projector is started."""
    wake = asyncio.Event()
    intake = Intake(store, wake=wake, clock=clock)
    authorizer = Authorizer(clients, on_found=partial(_remember_workspace, address_book))
    app = build_app(
        authorize=authorizer, intake=intake, slack_api_url=settings.slack_api_url, register=register
    )
    pace = Pace(poll_seconds=settings.inbox_poll_seconds)
    projector = Projector(
        store,
        app=app,
        replica_id=replica_id,
        wake=wake,
        clock=clock,
        is_crowded=lambda: intake.is_crowded,
        pace=pace,
    )
    return EventPath(app, intake, projector, authorizer)


class _App(AsyncApp):
    """Bolt behind the intake: an event is stored and answered, the projector brings it to the listeners later.

    Bolt's `before_authorize` would do, but an event would pay for the context that Bolt makes for listeners.
    """

    def __init__(self, intake: Intake, **options: Any) -> None:
        super().__init__(**options)
        self._intake = intake

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer a request of Socket Mode, or hand an event from the inbox to its listeners; nothing is raised."""
        stored = None if req.context.get("from_inbox") else await self._intake.take(req.body)
        return stored or await self._dispatch(req)

    async def _dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Ask the listeners, also for bodies so odd that Bolt's own matchers fail on them."""
        try:
            return await super().async_dispatch(req)
        except Exception as error:  # noqa: BLE001 - Slack gets an answer whatever happens.
            return await on_error(error, req)


async def _remember_workspace(address_book: AddressBook, found: AuthorizeResult) -> None:
    if found.team_id:
        await address_book.workspace_seen(
            found.team_id, name=found.team or "", bot_user_id=found.bot_user_id, bot_id=found.bot_id
        )


def _quiet_logger() -> logging.Logger:
    """Return Bolt's logger above INFO: its INFO lines quote whole bodies."""
    logger = logging.getLogger("slack_bolt.draftloop")
    logger.setLevel(logging.WARNING)
    return logger
