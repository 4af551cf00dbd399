"""Messages and modals about a team's own systems: tokens of the API, and webhooks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ConfirmObject,
    ContextBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.slack.blocks.stats import cut
from bot.slack.pieces import header, section
from bot.slack.text import escape

SHOWN: Final = 20  # tokens and webhooks in the modal: the command line lists all
NAME_LIMIT: Final = 80
_LINE_LIMIT: Final = 2_000
NEW_TOKEN_MODAL: Final = "api_token_modal"  # noqa: S105 - a name, not a secret

ABOUT = (
    "Your own systems can post drafts, report outcomes and read feedback through `/api/v1` of the server that runs me; "
    "its documentation is at `/api/v1/docs`. Each system gets a token of its own."
)
NO_TOKENS = "There is no token yet."
NO_WEBHOOKS = "There is no webhook. Whoever runs me adds one with `draftloop webhooks add URL`."
ONCE = (
    "*Copy it now: it is shown this once.* Send it as `Authorization: Bearer …`, and keep it like a password. "
    "If it gets lost or known, revoke it and make a new one."
)


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as the list shows it."""

    id: str
    name: str
    hint: str
    scopes: str
    created_at: datetime
    last_used_at: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A webhook as the list shows it."""

    id: str
    host: str
    delivered: int
    last_status: str | None
    failures: int
    disabled: bool


def api_access_modal(tokens: Sequence[TokenLine], webhooks: Sequence[WebhookLine]) -> dict[str, Any]:
    """Build the modal that lists tokens and webhooks."""
    usable = [token for token in tokens if not token.revoked]
    blocks: list[Block] = [section(ABOUT), header("Tokens")]
    blocks += [_token(token) for token in usable[:SHOWN]] or [section(NO_TOKENS)]
    blocks += _rest(len(usable), "`draftloop tokens list` shows them all.")
    blocks += [ActionsBlock(block_id="api_tokens", elements=[_new_button()]), header("Webhooks")]
    blocks += [section(_webhook(webhook)) for webhook in webhooks[:SHOWN]] or [section(NO_WEBHOOKS)]
    return View(type="modal", title="API access", close="Close", blocks=blocks).to_dict()


def new_token_modal(scopes: Mapping[str, str], *, list_view_id: str) -> dict[str, Any]:
    """Build the modal that asks for a new token's name and scopes; the list's view is brought up to date after it."""
    name = PlainTextInputElement(
        action_id="name", max_length=NAME_LIMIT, placeholder="What will use it, for example: careers site"
    )
    options = [Option(value=scope, text=label, description=scope) for scope, label in scopes.items()]
    blocks = [
        InputBlock(block_id="token_name", label="Name", element=name),
        InputBlock(
            block_id="token_scopes",
            label="What it may do",
            element=CheckboxesElement(action_id="scopes", options=options, initial_options=options[:2]),
        ),
    ]
    return View(
        type="modal",
        callback_id=NEW_TOKEN_MODAL,
        title="New token",
        submit="Make it",
        close="Back",
        blocks=blocks,
        private_metadata=list_view_id,
    ).to_dict()


def token_made_modal(*, name: str, secret: str, scopes: Sequence[str]) -> dict[str, Any]:
    """Build the modal that shows a new token, this once."""
    about = f"*{escape(name)}* may: {', '.join(f'`{scope}`' for scope in scopes)}"
    blocks: list[Block] = [
        section(cut(about, _LINE_LIMIT)),
        section(f"```{secret}```"),
        ContextBlock(elements=[MarkdownTextObject(text=ONCE)]),
    ]
    return View(type="modal", title="Your new token", close="I copied it", blocks=blocks).to_dict()


def webhook_given_up(
    webhook_id: str, *, host: str, failures: int, told: str
) -> tuple[str, list[dict[str, Any]]]:
    """Build the notice that a webhook is not called any more."""
    often = "once" if failures == 1 else f"{failures} times in a row"
    text = (
        f"I stopped calling the webhook at {cut(escape(host), 300)}: it did not take what I sent {often} "
        f"(last answer: {cut(escape(told), 64)}). Nothing is lost: `draftloop webhooks enable {webhook_id}` "
        "goes on where it stopped."
    )
    return text, [section(text).to_dict()]


def _token(token: TokenLine) -> SectionBlock:
    used = f"last used {token.last_used_at:%-d %b %Y}" if token.last_used_at else "never used"
    line = f"*{escape(token.name)}* · `{token.hint}…`\n{escape(token.scopes)} · made {token.created_at:%-d %b %Y} · {used}"
    revoke = ButtonElement(
        text="Revoke",
        action_id="api_token_revoke",
        value=token.id,
        style="danger",
        confirm=ConfirmObject(
            title="Revoke this token?",
            text=PlainTextObject(text="Whatever uses it can do nothing here from now on."),
            confirm="Revoke",
            deny="Keep it",
        ),
    )
    return SectionBlock(text=MarkdownTextObject(text=cut(line, _LINE_LIMIT)), accessory=revoke)


def _webhook(webhook: WebhookLine) -> str:
    state = "stopped after failures" if webhook.disabled else "on"
    if webhook.failures and not webhook.disabled:
        state = f"failing ({webhook.failures} in a row)"
    last = f" · last answer {escape(webhook.last_status)}" if webhook.last_status else ""
    return cut(f"*{escape(webhook.host)}* · {state} · {webhook.delivered:,} events told{last}", _LINE_LIMIT)


def _new_button() -> ButtonElement:
    return ButtonElement(text="New token", action_id="api_token_new", style="primary")


def _rest(count: int, where: str) -> list[Block]:
    if count <= SHOWN:
        return []
    return [ContextBlock(elements=[MarkdownTextObject(text=f"…and {count - SHOWN:,} more: {where}")])]
