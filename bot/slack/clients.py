"""Slack's Web API clients, one per workspace, on one HTTP session."""

import asyncio
from collections import OrderedDict

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.settings import Settings
from storage.engine import Database

CALL_SECONDS = 20.0
_RATE_LIMIT_TRIES = 10  # The caller's own deadline ends it sooner.
_REMEMBERED_WORKSPACES = 1024


class NotInstalled(BotError):
    """We have no token for a workspace."""

    code = "not_installed"
    sentence = "I am not installed in this workspace. An admin can add me from the install page."


class Clients:
    """Makes and keeps Web API clients.

    A client for posting repeats only what Slack refused by its rate limit: after a dropped connection nobody
    knows whether the message stands. A client for calls that may run twice also repeats after those.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._tokens: OrderedDict[str, str] = OrderedDict()
        self._session: aiohttp.ClientSession | None = None

    async def for_workspace(
        self, workspace_id: str, *, repeatable: bool = False, patient: bool = True
    ) -> AsyncWebClient:
        """Return a client with the workspace's token.

        Args:
            workspace_id: Slack's team id.
            repeatable: whether the calls may be sent again after a dropped connection.
            patient: whether the calls wait as long as Slack's rate limit wants, and are sent again then.

        Raises:
            NotInstalled: there is no token for it.
        """
        return self.with_token(await self._token(workspace_id), repeatable=repeatable, patient=patient)

    def with_token(
        self, token: str | None, *, repeatable: bool = True, patient: bool = True
    ) -> AsyncWebClient:
        """Return a client with a token of the caller's."""
        handlers: list[AsyncRetryHandler] = []
        if patient:
            handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=_RATE_LIMIT_TRIES))
        if repeatable:
            handlers.append(AsyncConnectionErrorRetryHandler(max_retry_count=2))
        return AsyncWebClient(
            token=token,
            base_url=self._settings.slack_api_url,
            timeout=int(CALL_SECONDS),
            session=self.session,
            retry_handlers=handlers,
        )

    def forget(self, workspace_id: str) -> None:
        """Read the workspace's token anew next time: Slack did not take the one we have."""
        self._tokens.pop(workspace_id, None)

    @property
    def session(self) -> aiohttp.ClientSession:
        """The HTTP session that every call to Slack shares; it opens on the running loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))
        return self._session

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # Lets the closed sockets leave the loop.

    async def _token(self, workspace_id: str) -> str:
        if self._settings.slack_bot_token is not None:
            return self._settings.slack_bot_token.get_secret_value()
        if (known := self._tokens.get(workspace_id)) is None:
            known = await self._stored_token(workspace_id)
            self._tokens[workspace_id] = known
            while len(self._tokens) > _REMEMBERED_WORKSPACES:
                self._tokens.popitem(last=False)
        self._tokens.move_to_end(workspace_id)
        return known

    async def _stored_token(self, workspace_id: str) -> str:
        async with self._database.read() as unit:
            installation = await unit.installations.find(workspace_id)
        if installation is None or not installation.bot_token:
            raise NotInstalled
        return str(installation.bot_token)
