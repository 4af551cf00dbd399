"""Which bot we are in the workspace a request comes from: one cached `auth.test` per workspace."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Transient
from bot.logs import get_logger
from bot.metrics import AUTHORIZATIONS
from bot.slack.clients import Clients, NotInstalled

log = get_logger(__name__)

# Slack's clear words for "you are not in there"; everything else means "later".
_OUT = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)

# In Bolt's context: no listener ran, though we should be in this workspace.
TOKEN_REFUSED = "token_refused"  # noqa: S105 - a name


class SlackNotAnswering(Transient):
    """Slack did not say whether our token is good."""

    code = "slack_not_answering"
    sentence = "Slack is not answering me right now. Please try again in a minute."


@dataclass(frozen=True)
class _Known:
    result: AuthorizeResult | None
    good_until: float


class Authorizer(AsyncAuthorize):
    """Answers Bolt's "who are we here?" without a call per event.

    *Later* (429, 5xx, no JSON, no answer) is never *not installed*: it raises `SlackNotAnswering`, so that
    an event stays in the inbox; a result we had before goes on being used meanwhile. `on_found` hears of
    every workspace that was looked up well, so that it can be remembered.
    """

    def __init__(
        self,
        clients: Clients,
        *,
        on_found: Callable[[AuthorizeResult], Awaitable[None]] | None = None,
        good_for: float = 600,
        absent_for: float = 30,
        patience: float = 10,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._clients = clients
        self._on_found = on_found
        self._good_for = good_for
        self._absent_for = absent_for
        self._patience = patience
        self._monotonic = monotonic
        self._known: dict[str, _Known] = {}
        self._looking: dict[str, asyncio.Task[AuthorizeResult | None]] = {}
        self._refused: set[str] = set()

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,  # noqa: ARG002 - Bolt's signature
        team_id: str | None,
        user_id: str | None,
        **_: Any,
    ) -> AuthorizeResult | None:
        """Return who we are, None when we are not installed there; `context` hears whether our token was refused.

        Raises:
            SlackNotAnswering: try again later.
        """
        found = await self.who_in(team_id) if team_id else None
        context[TOKEN_REFUSED] = team_id in self._refused
        return None if found is None else AuthorizeResult(**{**found, "user_id": user_id})

    async def who_in(self, workspace_id: str) -> AuthorizeResult | None:
        """Return who we are in a workspace, from memory when that is fresh."""
        known = self._known.get(workspace_id)
        if known is not None and self._monotonic() < known.good_until:
            AUTHORIZATIONS.labels("cached").inc()
            return known.result
        try:
            return await self._look_once(workspace_id)
        except SlackNotAnswering:
            AUTHORIZATIONS.labels("later").inc()
            if known is not None and known.result is not None:
                return known.result
            raise

    def forget(self, workspace_id: str) -> None:
        """Drop what we know, when tokens were revoked or the app was installed anew."""
        self._known.pop(workspace_id, None)
        self._clients.forget(workspace_id)

    async def _look_once(self, workspace_id: str) -> AuthorizeResult | None:
        """Look it up; whoever asks meanwhile waits for the same look."""
        looking = self._looking.get(workspace_id)
        if looking is None:
            looking = asyncio.ensure_future(self._look(workspace_id))
            self._looking[workspace_id] = looking
            looking.add_done_callback(lambda _: self._looking.pop(workspace_id, None))
        return await asyncio.shield(looking)

    async def _look(self, workspace_id: str) -> AuthorizeResult | None:
        try:
            client = await self._clients.for_workspace(workspace_id, repeatable=True)
            result = await self._ask(client, workspace_id)
        except NotInstalled:
            result = None
        if result is None:
            self._clients.forget(workspace_id)
            log.warning("workspace_unknown", workspace=workspace_id)
        AUTHORIZATIONS.labels("unknown" if result is None else "checked").inc()
        if result is not None and self._on_found is not None:
            await self._on_found(result)
        lifetime = self._absent_for if result is None else self._good_for
        self._known[workspace_id] = _Known(result, self._monotonic() + lifetime)
        return result

    async def _ask(self, client: AsyncWebClient, workspace_id: str) -> AuthorizeResult | None:
        try:
            answer = await asyncio.wait_for(client.auth_test(), self._patience)
        except SlackApiError as error:
            if slack_code(error) in _OUT:
                self._refused.add(workspace_id)
                return None
            raise SlackNotAnswering(code=slack_code(error) or "no_answer") from error
        except Exception as error:  # HTML, cut connections, time-outs: whatever is not Slack's clear word
            raise SlackNotAnswering(code=type(error).__name__) from error
        self._refused.discard(workspace_id)
        if not _is_ours(answer.get, workspace_id):
            return None
        return AuthorizeResult.from_auth_test_response(bot_token=client.token, auth_test_response=answer)


def slack_code(error: SlackApiError) -> str | None:
    """Return Slack's own word for what is wrong; None when it was not Slack that answered."""
    # The SDK hands out its own response or, when the body was no JSON, the HTTP library's.
    data = getattr(error.response, "data", None)
    found = data.get("error") if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


def _is_ours(get: Callable[[str], Any], workspace_id: str) -> bool:
    """Whether a token's own workspace is the one asked for (an organisation-wide token serves many)."""
    return bool(get("is_enterprise_install")) or get("team_id") == workspace_id
