"""One shape for every error: `{"error": {"code", "message"}}`."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from bot.drafts.request import RequestChanged
from bot.errors import BotError, Transient
from bot.integrations.drafts import NotInChannel
from bot.integrations.feed import CursorUnknown
from bot.integrations.outcomes import DraftUnknown
from bot.slack.clients import NotInstalled

_UNUSABLE: Final = 422
_STATUS: Final[Mapping[type[BotError], int]] = {
    CursorUnknown: 400,
    DraftUnknown: 404,
    NotInChannel: 409,
    NotInstalled: 409,
    RequestChanged: 409,
    Transient: 503,
}
_CODES: Final = {404: "not_found", 405: "method_not_allowed"}
_RETRY_SECONDS: Final = "5"


class Problem(BaseModel):
    """What went wrong."""

    code: str = Field(description="A word for programs.", examples=["draft_unknown"])
    message: str = Field(description="A sentence for people.", examples=["This workspace has no such draft."])


class ErrorOut(BaseModel):
    """Every error looks like this."""

    error: Problem


class Refusal(BotError):
    """A request that the API itself refuses, before anything is decided."""

    def __init__(
        self, status: int, code: str, sentence: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence, code=code)
        self.status = status
        self.headers = dict(headers or {})


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the errors that a route may answer, besides those that every route may."""
    every = (400, 401, 403, 408, 413, 415, 422, 429, 500, 503)
    return {
        status: {"model": ErrorOut, "description": _DESCRIPTIONS[status]}
        for status in sorted({*every, *statuses})
    }


_DESCRIPTIONS: Final = {
    400: "The request is not readable: no JSON, characters that nobody can store, a cursor that is none.",
    401: "There is no token, or it is not known, or it was revoked.",
    403: "The token may not do this.",
    404: "This workspace has no such thing.",
    408: "The body did not come in time.",
    409: "It cannot be done as things stand: the idempotency key was used for something else, or I am not in the channel.",
    413: "The body is larger than 256 kB.",
    415: "The body is not JSON.",
    422: "Something in the request is missing or not usable; the message names it.",
    429: "Too many requests; `Retry-After` says in how many seconds to go on.",
    500: "Something went wrong on our side; the message has a reference for the log.",
    503: "Slack or the database cannot be reached just now; try again in a moment.",
}


def answer_errors(api: FastAPI) -> None:
    """Give every error of the API its one shape."""
    api.add_exception_handler(BotError, _on_bot_error)
    api.add_exception_handler(RequestValidationError, _on_unusable)
    api.add_exception_handler(HTTPException, _on_http)


def problem_response(
    status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Build an error's answer."""
    body = ErrorOut(error=Problem(code=code, message=message))
    return JSONResponse(body.model_dump(), status_code=status, headers=dict(headers or {}))


def refusal_response(error: BotError) -> JSONResponse:
    """Build the answer to a known error."""
    if isinstance(error, Refusal):
        return problem_response(error.status, error.code, error.sentence, headers=error.headers)
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), _UNUSABLE)
    headers = {"Retry-After": _RETRY_SECONDS} if status == 503 else {}
    return problem_response(status, error.code, error.sentence, headers=headers)


async def _on_bot_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BotError)  # noqa: S101 - registered for this class.
    return refusal_response(error)


async def _on_unusable(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    words = str(first["msg"]).removeprefix("Value error, ").rstrip(".")
    return problem_response(_UNUSABLE, "invalid_request", f"{where[:200]}: {words[:500]}.")


async def _on_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    code = _CODES.get(error.status_code, "bad_request")
    return problem_response(error.status_code, code, f"{error.detail}.", headers=error.headers)
