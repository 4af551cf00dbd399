"""One way to call Slack: with a deadline, and with errors that say what happened."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import get_logger
from bot.slack.clients import Clients
from bot.slack.errors import CALL_ERRORS, TOKEN_TROUBLE, SlackRefused, kind_error

log = get_logger(__name__)
DEADLINE_SECONDS = 60.0
_POLITE_SECONDS = 10.0
Call = Callable[[AsyncWebClient], Awaitable[Any]]


class Caller:
    """Calls Slack for a workspace within a deadline that includes all waiting for its rate limits."""

    def __init__(self, clients: Clients, *, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self.clients = clients
        self._deadline_seconds = deadline_seconds

    async def once(self, workspace_id: str, call: Call) -> Any:
        """Make a call that must not be sent twice, and return Slack's answer.

        Raises:
            SlackRefused: Slack said no.
            SlackUnreachable: nobody knows whether it was done; look before trying again.
        """
        return await self._call(workspace_id, call, repeatable=False)

    async def freely(self, workspace_id: str, call: Call) -> Any:
        """Make a call that may be sent twice without harm; raises like `once`."""
        return await self._call(workspace_id, call, repeatable=True)

    async def politely(self, workspace_id: str, call: Call) -> Any:
        """Make a call that may as well be left out: it is not repeated, not even when Slack asks to wait.

        Raises:
            SlackRefused, SlackUnreachable: as `once`; `ratelimited` is one of the latter's codes.
        """
        return await self._call(workspace_id, call, repeatable=False, patient=False)

    async def _call(self, workspace_id: str, call: Call, *, repeatable: bool, patient: bool = True) -> Any:
        client = await self.clients.for_workspace(workspace_id, repeatable=repeatable, patient=patient)
        seconds = self._deadline_seconds if patient else min(_POLITE_SECONDS, self._deadline_seconds)
        try:
            async with asyncio.timeout(seconds):
                answer = await call(client)
        except CALL_ERRORS as error:
            told = kind_error(error)
        else:
            return answer
        if isinstance(told, SlackRefused) and told.code in TOKEN_TROUBLE:
            self.clients.forget(workspace_id)
        log.info("slack_call_failed", workspace=workspace_id, code=told.code)
        raise told
