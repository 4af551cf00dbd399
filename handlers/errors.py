"""The one error boundary: listeners have no `try`, people get one kind sentence, logs get a reference."""

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError

from bot.errors import BotError, FormError
from bot.logs import get_logger
from bot.metrics import ERRORS, UNHANDLED
from handlers.payloads import input_blocks, user_of

log = get_logger(__name__)


def install_error_boundary(app: AsyncApp) -> None:
    """Put every error of every listener and middleware of `app` through this file."""
    app.error(on_error)


async def on_error(error: Exception, request: AsyncBoltRequest) -> BoltResponse:
    """Answer Slack, the person and the log; an event from the inbox is handed back to the projector."""
    if isinstance(error, BoltUnhandledRequestError):
        return _acknowledge_unhandled(request)
    if request.context.get("from_inbox"):
        request.context["failure"] = error
        return BoltResponse(status=500)
    fields = error.fields if isinstance(error, FormError) else {}
    return await _tell_person(request, sentence_for(error), fields=fields)


def sentence_for(error: Exception) -> str:
    """Return what a person may read; an unknown error is logged and only its reference is shown."""
    if isinstance(error, BotError):
        ERRORS.labels("known").inc()
        log.info("request_refused", code=error.code, error=type(error).__name__)
        return error.sentence
    ERRORS.labels("unknown").inc()
    reference = log_unknown(error)
    return f"Something went wrong on our side (reference {reference}). Nothing you did; please try again."


def log_unknown(error: BaseException, **where: Any) -> str:
    """Log an unexpected error by class and place, without its message (which may quote a text); return its reference."""
    reference = secrets.token_hex(4)
    log.error("unexpected_error", reference=reference, error=type(error).__name__, at=_places(error), **where)
    return reference


def _places(error: BaseException) -> list[str]:
    """Return the last lines of code it came through: enough to find it, and never a value."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{trace.tb_frame.f_globals.get('__name__')}.{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-6:]


def _acknowledge_unhandled(request: AsyncBoltRequest) -> BoltResponse:
    """Accept what nobody listens to: Slack counts anything else as a failure and may cut us off."""
    UNHANDLED.labels("event" if request.context.get("from_inbox") else "interaction").inc()
    return BoltResponse(status=200)


async def _tell_person(
    request: AsyncBoltRequest, sentence: str, *, fields: Mapping[str, str]
) -> BoltResponse:
    """Show a sentence in the way that this kind of request allows; in a modal beside the `fields` it is about."""
    body = request.body
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": sentence})
    blocks = input_blocks(body)
    if body.get("type") == "view_submission" and blocks:
        named = {block: words for block, words in fields.items() if block in blocks}
        errors = named or {blocks[0]: sentence}
        return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
    try:
        await _send_note(request, sentence)
    except (SlackClientError, ClientError, TimeoutError) as error:
        log.warning("note_not_shown", error=type(error).__name__)
    return BoltResponse(status=200)


async def _send_note(request: AsyncBoltRequest, sentence: str) -> None:
    context, (user, channel) = request.context, user_of(request.body)
    if context.response_url and context.respond is not None:
        await context.respond(text=sentence, response_type="ephemeral", replace_original=False)
    elif user and channel:
        await context.client.chat_postEphemeral(channel=channel, user=user, text=sentence)
    elif user:
        await context.client.chat_postMessage(channel=user, text=sentence)
