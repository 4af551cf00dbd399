"""Tokens of the HTTP API: made once, shown once, kept as a hash."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.errors import BotError
from storage.engine import Database
from storage.models import ApiToken, AuditEntry

PREFIX: Final = "dl_"
SCOPES: Final[Mapping[str, str]] = {
    "drafts:write": "Post drafts",
    "drafts:read": "Read drafts and how they stand",
    "feedback:read": "Read feedback, with people's ids and texts",
    "outcomes:write": "Report outcomes",
}
LONGEST_NAME: Final = 80
USED_APART: Final = timedelta(minutes=1)
_HINT: Final = len(PREFIX) + 4


class TokenUnknown(BotError):
    """The token is none of ours, or was revoked."""

    code = "invalid_token"
    sentence = "This token is not known, or it was revoked."


class ScopeUnknown(BotError):
    """There is no such scope."""

    code = "scope_unknown"
    sentence = f"A token needs one or more of these scopes: {', '.join(SCOPES)}."


class TokenNameMissing(BotError):
    """A token needs a name that people know it by."""

    code = "token_name_missing"
    sentence = f"Give the token a name of 1 to {LONGEST_NAME} characters, for example what will use it."


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token it is and what it may do."""

    token_id: str
    workspace_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; nobody can read `secret` again."""

    id: str
    name: str
    secret: str
    scopes: tuple[str, ...]


class Tokens:
    """Makes, knows and revokes a workspace's tokens."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def create(
        self, workspace_id: str, *, name: str, scopes: Collection[str], created_by: str
    ) -> NewToken:
        """Make a token; `created_by` is a member's id, or `cli`.

        Raises:
            ScopeUnknown, TokenNameMissing: nothing was made.
        """
        name, wanted, now = _checked_name(name), _checked_scopes(scopes), self._clock()
        secret = PREFIX + secrets.token_urlsafe(32)
        token = ApiToken(
            workspace_id=workspace_id,
            name=name,
            hash=_hash(secret),
            hint=secret[:_HINT],
            scopes=" ".join(wanted),
            created_by=created_by,
            created_at=now,
        )
        async with self._database.begin() as unit:
            await unit.api_tokens.add(token)
            await unit.audit.add(_entry(token, "token_created", by=created_by, now=now))
        return NewToken(token.id, name, secret, wanted)

    async def of_workspace(self, workspace_id: str) -> list[ApiToken]:
        """Return the workspace's tokens, the usable ones first."""
        async with self._database.read() as unit:
            return await unit.api_tokens.of_workspace(workspace_id)

    async def revoke(self, workspace_id: str, *, token_id: str, by: str) -> bool:
        """End a token of this workspace, for good; False when there is none to end."""
        now = self._clock()
        async with self._database.begin() as unit:
            token = await unit.api_tokens.find(workspace_id, token_id=token_id)
            if token is None or token.revoked_at is not None:
                return False
            token.revoked_at = now
            await unit.audit.add(_entry(token, "token_revoked", by=by, now=now))
        return True

    async def identify(self, secret: str) -> Caller:
        """Return whose token this is, and note that it was used.

        Raises:
            TokenUnknown: it is none of ours, or revoked.
        """
        wanted, now = _hash(secret), self._clock()
        async with self._database.read() as unit:
            token = await unit.api_tokens.find_by_hash(wanted)
        if token is None or not hmac.compare_digest(token.hash, wanted) or token.revoked_at is not None:
            raise TokenUnknown
        if token.last_used_at is None or token.last_used_at <= now - USED_APART:
            async with self._database.begin() as unit:
                await unit.api_tokens.used(token.id, now=now, apart=USED_APART)
        return Caller(token.id, token.workspace_id, frozenset(token.scopes.split()))


def _hash(secret: str) -> str:
    # 256 random bits need no salt and no slow hash: there is no list to try them from.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        raise TokenNameMissing
    return name


def _checked_scopes(scopes: Collection[str]) -> tuple[str, ...]:
    if not scopes or not set(scopes) <= set(SCOPES):
        raise ScopeUnknown
    return tuple(scope for scope in SCOPES if scope in scopes)


def _entry(token: ApiToken, action: str, *, by: str, now: datetime) -> AuditEntry:
    return AuditEntry(
        workspace_id=token.workspace_id,
        at=now,
        actor_id=by,
        action=action,
        subject=f"token:{token.id}",
        details={"hint": token.hint, "scopes": token.scopes.split()},
    )
