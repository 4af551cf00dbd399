"""Who asks: the token, what it may do, and how often."""

import math
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.integrations.limits import Kind, Limiter
from bot.integrations.tokens import Caller, Tokens, TokenUnknown
from handlers.http.api.errors import Refusal

_REALM: Final = 'Bearer realm="draftloop"'
_BEARER: Final = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token of a workspace: `Authorization: Bearer dl_…`"
)
Check = Callable[..., Awaitable[Caller]]


class Access:
    """Makes the dependency that lets a request in."""

    def __init__(self, tokens: Tokens, *, limiter: Limiter) -> None:
        self._tokens = tokens
        self._limiter = limiter

    def need(self, scope: str, *, kind: Kind) -> Check:
        """Return a dependency that gives the caller if its token has this scope and calls are left."""

        async def caller(
            request: Request,
            credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
        ) -> Caller:
            known = await self._identify(credentials)
            _check_scope(known, scope)
            self._count(known, kind)
            _check_parameters(request)
            return known

        return caller

    async def _identify(self, credentials: HTTPAuthorizationCredentials | None) -> Caller:
        if credentials is None:
            raise Refusal(
                401,
                "token_missing",
                "Send a token of your workspace as Authorization: Bearer dl_…",
                headers={"WWW-Authenticate": _REALM},
            )
        try:
            return await self._tokens.identify(credentials.credentials)
        except TokenUnknown as error:
            headers = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
            raise Refusal(401, error.code, error.sentence, headers=headers) from error

    def _count(self, caller: Caller, kind: Kind) -> None:
        pause = self._limiter.take(caller.token_id, kind=kind)
        if pause:
            seconds = str(math.ceil(pause))
            raise Refusal(
                429,
                "rate_limited",
                f"That was too often. Please go on in {seconds} seconds.",
                headers={"Retry-After": seconds},
            )


def _check_parameters(request: Request) -> None:
    """Refuse a parameter that there is not: a mistyped filter would otherwise let everything through."""
    known = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
    for name in request.query_params:
        if name not in known:
            raise Refusal(422, "unknown_parameter", f"There is no parameter {name[:50]!a} here.")


def _check_scope(caller: Caller, scope: str) -> None:
    if scope not in caller.scopes:
        raise Refusal(
            403,
            "insufficient_scope",
            f"This token lacks the scope {scope}.",
            headers={"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope}"'},
        )
