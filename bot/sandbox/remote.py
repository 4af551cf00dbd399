"""A client for a sandbox in another process: the same verbs, awaited."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Self

import aiohttp

from bot.sandbox.errors import CannotError, SlackError
from bot.sandbox.records import Channel, Json
from bot.sandbox.waiting import until_awaited
from bot.sandbox.wire import decode, encode

Verb = Callable[..., Awaitable[Any]]
_ERRORS = {error.__name__: error for error in (CannotError, SlackError, TimeoutError, LookupError, TypeError)}


class RemotePerson:
    """Somebody in a remote sandbox: every verb and property of ``Person`` is a coroutine function here."""

    def __init__(self, sandbox: "RemoteSandbox", user_id: str) -> None:
        self._sandbox = sandbox
        self.user_id = user_id

    def __getattr__(self, verb: str) -> Verb:
        return self._sandbox.verb(verb, on=self.user_id)


class RemoteSandbox:
    """A sandbox started by ``python -m bot.sandbox``: every verb and property of ``Sandbox`` is a coroutine function.

    Args:
        ready: the JSON line the process printed.
    """

    def __init__(self, ready: Json) -> None:
        self.api_url = str(ready["api_url"])
        self.bot_token = str(ready["bot_token"])
        self.app_token = str(ready["app_token"])
        self.signing_secret = str(ready["signing_secret"])
        self.team_id = str(ready["team_id"])
        self.people = {name: RemotePerson(self, user_id) for name, user_id in ready["people"].items()}
        self.channels = {name: Channel(channel_id, name) for name, channel_id in ready["channels"].items()}
        self._url = str(ready["control_url"])
        self._session: aiohttp.ClientSession | None = None
        self._lookups: dict[str, Callable[[Json], Any]] = {
            "Person": lambda body: RemotePerson(self, body["user_id"]),
            "Channel": lambda body: Channel(**body),
        }

    def __getattr__(self, verb: str) -> Verb:
        return self.verb(verb)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def verb(self, verb: str, *, on: str = "") -> Verb:
        """A coroutine function that does something in the other process."""
        if verb.startswith("_"):
            raise AttributeError(verb)

        async def do(*positional: Any, **named: Any) -> Any:
            return self._result(await self._post(deed(verb, *positional, on=on, **named)))

        return do

    async def burst(self, deeds: list[Json]) -> list[Any]:
        """Do many things at once, in one request; build them with ``deed``."""
        return [self._result(answer) for answer in await self._post(deeds)]

    async def wait_for(self, condition: Callable[[], Any], *, timeout: float = 10) -> Any:  # noqa: ASYNC109
        """Ask a condition, plain or awaitable, until it is truthy.

        Raises:
            TimeoutError: it was not in time.
        """

        async def ask() -> Any:
            answer = condition()
            return await answer if inspect.isawaitable(answer) else answer

        return await until_awaited(ask, timeout=timeout)

    async def aclose(self) -> None:
        """Close the client's connections."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, body: Any) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.post(self._url, json=body) as response:
            return await response.json()

    def _result(self, answer: Json) -> Any:
        if "error" in answer:
            raise _ERRORS.get(answer["error"], RuntimeError)(answer["message"])
        return decode(answer["result"], lookups=self._lookups)


def deed(verb: str, *positional: Any, on: str = "", **named: Any) -> Json:
    """One thing to do in a remote sandbox, for ``burst``; ``on`` is a user id or empty for the sandbox itself."""
    return {"on": on, "verb": verb, "positional": encode(list(positional)), "named": encode(named)}
