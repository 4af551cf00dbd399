"""The Web API's front door: token, scopes, arguments, then the method."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.records import Channel, Grant, Json, Message
from bot.sandbox.workspace import Workspace

# Bolt's clients send the workspace along with every call.
_EVERYWHERE = frozenset({"token", "pretty", "team_id"})


@dataclass(frozen=True)
class Call:
    """One call of a Web API method: its arguments and on whose behalf."""

    method: str
    arguments: Json
    grant: Grant
    workspace: Workspace

    def text(self, name: str) -> str:
        """An argument as text; empty when it was not given."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """An argument as yes or no, in any of the spellings Slack takes."""
        return self.text(name).lower() in ("1", "true")

    def number(self, name: str, *, default: int) -> int:
        """An argument as a whole number."""
        value = self.text(name)
        if value and not value.isdecimal():
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]")
        return int(value) if value else default

    def structure(self, name: str) -> Any:
        """An argument that is JSON, sent as JSON or as text; None when it was not given."""
        value = self.arguments.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackError("invalid_json" if name != "blocks" else "invalid_blocks_format") from error

    def require(self, *scopes: str) -> None:
        """Refuse the call unless the token has one of these scopes.

        Raises:
            SlackError: ``missing_scope`` with what is needed and what was provided.
        """
        if scopes and self.grant.scopes.isdisjoint(scopes):
            provided = ",".join(sorted(self.grant.scopes))
            raise SlackError("missing_scope", needed=",".join(scopes), provided=provided)

    def channel(self, *, scope: str = "", name: str = "channel") -> Channel:
        """The channel the call is about, if the bot may know of it and holds ``<kind>:<scope>``.

        Raises:
            SlackError: ``channel_not_found`` or ``missing_scope``.
        """
        channel = self.workspace.channel(self.text(name))
        if not self.workspace.can_see(channel):
            raise SlackError("channel_not_found")
        if scope:
            self.require(f"{channel.kind}:{scope}")
        return channel

    def joined_channel(self, *, scope: str = "", name: str = "channel") -> Channel:
        """As ``channel``, and the bot must be in it.

        Raises:
            SlackError: ``not_in_channel``.
        """
        channel = self.channel(scope=scope, name=name)
        if self.workspace.app.bot_user_id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def message(self, channel: Channel, *, name: str = "ts") -> Message:
        """The message the call is about.

        Raises:
            SlackError: ``message_not_found``.
        """
        return self.workspace.message(channel, ts=self.text(name))

    def page(self, items: list[Any], *, default: int = 100) -> tuple[list[Any], str]:
        """One page of a listing and the cursor of the next one.

        Raises:
            SlackError: ``invalid_cursor``.
        """
        cursor = self.text("cursor").removeprefix("page:")
        if cursor and not cursor.isdecimal():
            raise SlackError("invalid_cursor")
        start = int(cursor or 0)
        end = start + min(self.number("limit", default=default) or default, 1000)
        return items[start:end], f"page:{end}" if end < len(items) else ""


Handler = Callable[[Call], Json]


@dataclass(frozen=True)
class Method:
    """A method of the Web API: its handler, what it needs and what it takes."""

    name: str
    handler: Handler
    scopes: tuple[str, ...]
    tier: int
    needs: frozenset[str]
    takes: frozenset[str]
    caller: str


METHODS: dict[str, Method] = {}


def method(
    name: str, *, scopes: str = "", tier: int = 3, needs: str = "", takes: str = "", caller: str = "bot"
) -> Callable[[Handler], Handler]:
    """Register a handler as a Web API method.

    Args:
        name: Slack's name of it.
        scopes: space separated; the token needs one of them.
        tier: calls per minute as Slack's tiers 1 to 4; 0 is ``chat.postMessage``'s own rule, 9 no limit.
        needs: required arguments, space separated.
        takes: optional arguments, space separated.
        caller: whose token it takes: ``bot``, ``app`` or ``nobody``.
    """

    def register(handler: Handler) -> Handler:
        needed, optional = frozenset(needs.split()), frozenset(takes.split())
        known = needed | optional | _EVERYWHERE
        METHODS[name] = Method(name, handler, tuple(scopes.split()), tier, needed, known, caller)
        return handler

    return register


def perform(workspace: Workspace, *, name: str, arguments: Json, token: str, strict: bool = True) -> Json:
    """Answer one call as Slack would.

    Raises:
        SlackError: whatever Slack would answer with ``ok: false``.
    """
    wanted = METHODS.get(name)
    if wanted is None:
        raise SlackError("unknown_method", req_method=name)
    grant = _authenticate(workspace, wanted, token)
    _check_arguments(wanted, arguments, strict=strict)
    call = Call(name, arguments, grant, workspace)
    call.require(*wanted.scopes)
    return {"ok": True, **wanted.handler(call)}


def _authenticate(workspace: Workspace, wanted: Method, token: str) -> Grant:
    if wanted.caller == "nobody":
        return Grant("", "nobody", frozenset())
    if not token:
        raise SlackError("not_authed")
    grant = workspace.grants.get(token)
    if grant is None:
        raise SlackError("invalid_auth")
    if grant.revoked:
        raise SlackError(grant.revoked)
    if grant.kind != wanted.caller:
        raise SlackError("not_allowed_token_type")
    return grant


def _check_arguments(wanted: Method, arguments: Json, *, strict: bool) -> None:
    missing = (
        f"missing required field: {name}"
        for name in sorted(wanted.needs)
        if arguments.get(name) in (None, "")
    )
    unknown: Iterable[str] = sorted(arguments.keys() - wanted.takes) if strict else ()
    problems = list(chain(missing, (f"unknown argument: {name}" for name in unknown)))
    if problems:
        raise invalid_arguments(*problems)
