"""Who the configured bot token belongs to, as Slack says it."""

import asyncio
from dataclasses import dataclass

from bot.errors import SettingsError
from bot.slack.clients import Clients
from bot.slack.errors import CALL_ERRORS, TOKEN_TROUBLE, kind_error

_PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot in its workspace, with the scopes that it was granted."""

    workspace_id: str
    workspace: str
    bot_user_id: str
    bot_id: str | None
    scopes: frozenset[str]


async def identify(clients: Clients, *, token: str) -> Identity:
    """Ask Slack who a bot token is.

    Raises:
        SettingsError: Slack does not take the token; one sentence that names the variable.
        SlackUnreachable: Slack did not answer.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            answer = await clients.with_token(token).auth_test()
    except CALL_ERRORS as error:
        told = kind_error(error)
        if told.code in TOKEN_TROUBLE:
            raise SettingsError(
                f"Slack does not take SLACK_BOT_TOKEN ({told.code}): copy the Bot User OAuth Token (xoxb-…) again."
            ) from None
        raise told from None
    granted = str(answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or "")
    return Identity(
        workspace_id=str(answer["team_id"]),
        workspace=str(answer.get("team") or ""),
        bot_user_id=str(answer["user_id"]),
        bot_id=str(answer["bot_id"]) if answer.get("bot_id") else None,
        scopes=frozenset(scope.strip() for scope in granted.split(",") if scope.strip()),
    )
