"""The settings' modal *API access*: what it lists."""

from typing import Any

from bot.integrations.tokens import SCOPES, NewToken, Tokens
from bot.integrations.webhooks import Webhooks, host_of
from bot.slack.blocks.api_access import (
    TokenLine,
    WebhookLine,
    api_access_modal,
    new_token_modal,
    token_made_modal,
)
from storage.models import ApiToken, Webhook


class AccessView:
    """Builds the modals about tokens and webhooks."""

    def __init__(self, tokens: Tokens, *, webhooks: Webhooks) -> None:
        self._tokens = tokens
        self._webhooks = webhooks

    async def overview(self, workspace_id: str) -> dict[str, Any]:
        """Build the list as it is now."""
        tokens = await self._tokens.of_workspace(workspace_id)
        webhooks = await self._webhooks.of_workspace(workspace_id)
        return api_access_modal([_token(each) for each in tokens], [_webhook(each) for each in webhooks])

    def form(self, *, list_view_id: str) -> dict[str, Any]:
        """Build the form for a new token."""
        return new_token_modal(SCOPES, list_view_id=list_view_id)

    def made(self, token: NewToken) -> dict[str, Any]:
        """Build the modal that shows a new token, this once."""
        return token_made_modal(name=token.name, secret=token.secret, scopes=token.scopes)


def _token(token: ApiToken) -> TokenLine:
    return TokenLine(
        id=token.id,
        name=token.name,
        hint=token.hint,
        scopes=token.scopes,
        created_at=token.created_at,
        last_used_at=token.last_used_at,
        revoked=token.revoked_at is not None,
    )


def _webhook(webhook: Webhook) -> WebhookLine:
    return WebhookLine(
        id=webhook.id,
        host=host_of(webhook),
        delivered=webhook.delivered,
        last_status=webhook.last_status,
        failures=webhook.failures,
        disabled=webhook.disabled_at is not None,
    )
