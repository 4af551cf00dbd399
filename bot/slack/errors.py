"""What Slack refuses, said kindly; and what may work in a moment."""

import asyncio
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import BotError, Transient

# Slack says so when the trouble is its own; part of the work may have been done.
_SLACKS_OWN_TROUBLE = frozenset(
    {
        "accesslimited",
        "fatal_error",
        "internal_error",
        "ratelimited",
        "rate_limited",
        "request_timeout",
        "service_unavailable",
    }
)
_GONE = "I am not connected to this workspace any more. An admin can install me again."
_SENTENCES = {
    "account_inactive": _GONE,
    "cannot_dm_bot": "I cannot write a direct message to a bot.",
    "cant_update_message": "I can only change my own messages.",
    "channel_is_archived": "That channel is archived.",
    "channel_not_found": "I cannot see that channel. Invite me with `/invite @Draftloop` and try again.",
    "expired_trigger_id": "That took me too long to open. Please press again.",
    "invalid_auth": _GONE,
    "invalid_blocks": "Slack did not accept how I laid that out. The log has the details.",
    "is_archived": "That channel is archived.",
    "message_not_found": "That message is gone.",
    "msg_too_long": "That text is too long for one Slack message.",
    "no_permission": "I am not allowed to do that here.",
    "not_authed": _GONE,
    "not_in_channel": "I am not in that channel. Invite me with `/invite @Draftloop` and try again.",
    "restricted_action": "This workspace does not allow me to post there.",
    "team_access_not_granted": _GONE,
    "thread_not_found": "That thread is gone.",
    "token_expired": _GONE,
    "token_revoked": _GONE,
    "user_not_found": "I cannot find that person.",
    "user_not_in_channel": "That person is not in this channel.",
}
# With these, the token that was used is of no use any more.
TOKEN_TROUBLE = frozenset(code for code, sentence in _SENTENCES.items() if sentence is _GONE)


class SlackRefused(BotError):
    """Slack said no and will say no again; `code` is Slack's own word."""

    code = "slack_refused"
    sentence = "Slack did not let me do that."


class SlackUnreachable(Transient):
    """Slack did not answer, or not in a way that tells what happened; look before you post again."""

    code = "slack_unreachable"
    sentence = "Slack is hard to reach right now. I will keep trying."


# What a call of Slack may raise besides our own errors.
CALL_ERRORS = (SlackClientError, aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError)


def kind_error(error: Exception) -> BotError:
    """Return our error for one of `CALL_ERRORS`; it carries no text of the message and no token."""
    if not isinstance(error, SlackApiError):
        return SlackUnreachable(code=f"slack_{type(error).__name__.lower()}")
    body = getattr(error.response, "data", None)
    code = body.get("error") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(code, str):
        return SlackUnreachable(code=f"slack_http_{_status(error.response)}")
    if code in _SLACKS_OWN_TROUBLE:
        return SlackUnreachable(code=code)
    return SlackRefused(_sentence(code, body), code=code)


def _status(response: Any) -> int | str:
    # The client puts its own response or aiohttp's into the error, depending on what went wrong.
    return getattr(response, "status_code", None) or getattr(response, "status", None) or "unknown"


def _sentence(code: str, body: dict[str, Any]) -> str:
    if code == "missing_scope":
        needed = str(body.get("needed") or "a scope I do not know")
        return (
            f"I need the permission `{needed}` for that. An admin can add it to the app and install it again."
        )
    return _SENTENCES.get(code, f"Slack did not let me do that ({code}).")
