"""Modals and notices about a team's own systems."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.integrations.tokens import SCOPES
from bot.slack.blocks.api_access import (
    TokenLine,
    WebhookLine,
    api_access_modal,
    new_token_modal,
    token_made_modal,
    webhook_given_up,
)
from tests.surfaces.surface import Surface

_MADE = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
_USED = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)
_ALL = " ".join(SCOPES)


def surfaces() -> Iterator[Surface]:
    tokens = [
        TokenLine("t1", "Careers site", "dl_kQ3x", _ALL, _MADE, _USED, revoked=False),
        TokenLine("t2", "Score importer", "dl_9bZr", "outcomes:write", _MADE, None, revoked=False),
    ]
    webhooks = [
        WebhookLine("w1", "hooks.example.com", 1_204, "200", 0, disabled=False),
        WebhookLine("w2", "old.example.com", 12, "503", 4, disabled=False),
        WebhookLine("w3", "gone.example.com", 0, "timeout", 20, disabled=True),
    ]
    yield Surface("access · nothing yet", "modal", api_access_modal([], []))
    yield Surface("access", "modal", api_access_modal(tokens, webhooks))
    yield Surface("access · many", "modal", api_access_modal(tokens * 40, webhooks * 40))
    yield Surface("new token", "modal", new_token_modal(SCOPES, list_view_id="V0LIST"))
    secret = "dl_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCd"
    yield Surface(
        "token made", "modal", token_made_modal(name="Careers site", secret=secret, scopes=tuple(SCOPES))
    )
    text, blocks = webhook_given_up("0af7651916cd43dd", host="hooks.example.com", failures=20, told="503")
    yield Surface("webhook given up", "message", blocks, text)


def bounds(text: str) -> Iterator[Surface]:
    token = TokenLine("t1", text or " ", "dl_kQ3x", _ALL, _MADE, _USED, revoked=False)
    webhook = WebhookLine("w1", text, 10**12, text, 20, disabled=True)
    yield Surface("access", "modal", api_access_modal([token] * 60, [webhook] * 60))
    yield Surface("token made", "modal", token_made_modal(name=text, secret="dl_x", scopes=tuple(SCOPES)))
    told, blocks = webhook_given_up("w1", host=text, failures=1, told=text)
    yield Surface("webhook given up", "message", blocks, told)
