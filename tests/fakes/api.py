"""The API on a real port, with a sandbox's Slack behind it, and a client that speaks to it like a team's own system."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.drafts.request import Drafts
from bot.integrations.integrations import Integrations, build_integrations
from bot.integrations.limits import Limiter
from bot.integrations.tokens import SCOPES
from bot.runtime.durable import Durable
from bot.sandbox import Channel, Person, Sandbox
from bot.settings import Settings
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from handlers.http import HttpServer, Readiness, build_http
from handlers.http.api import PREFIX, build_api
from storage.engine import Database
from tests.factories import NOW, make_channel, make_workspace

UNLIMITED = 1_000_000


@dataclass
class Answer:
    """What the API answered."""

    status: int
    headers: Any
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


@dataclass
class Api:
    """One server with everything behind it."""

    url: str
    database: Database
    durable: Durable
    integrations: Integrations
    sandbox: Sandbox
    messenger: Messenger
    channel: Channel
    ana: Person
    session: aiohttp.ClientSession
    now: datetime = NOW
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)

    def clock(self) -> datetime:
        return self.now

    async def token(self, *scopes: str, workspace_id: str | None = None) -> str:
        """A token with these scopes (all of them without any), made once."""
        key = (workspace_id or self.sandbox.team_id, " ".join(scopes))
        if key not in self.secrets:
            made = await self.integrations.tokens.create(
                key[0], name="a test", scopes=scopes or tuple(SCOPES), created_by="cli"
            )
            self.secrets[key] = made.secret
        return self.secrets[key]

    async def call(self, method: str, path: str, *, token: str | None = None, **more: Any) -> Answer:
        """Call a path of the API, with a token of all scopes unless told otherwise (`""`: without one)."""
        secret = await self.token() if token is None else token
        headers = {**({"Authorization": f"Bearer {secret}"} if secret else {}), **more.pop("headers", {})}
        async with self.session.request(
            method, f"{self.url}{PREFIX}{path}", headers=headers, **more
        ) as answer:
            text = await answer.text()
            is_json = answer.content_type == "application/json"
            return Answer(answer.status, answer.headers, json.loads(text) if is_json else text)

    async def post_draft(self, *, key: str | None = None, **body: Any) -> Answer:
        """Ask for a draft with a text of our own unless told otherwise."""
        wanted = {"channel": self.channel.id, **(body or {"text": "A text of our own."})}
        headers = {"Idempotency-Key": key} if key else {}
        return await self.call("POST", "/drafts", json=wanted, headers=headers)


@asynccontextmanager
async def running_api(
    database: Database, *, limits: dict[str, int] | None = None, **more: Any
) -> AsyncIterator[Api]:
    """Serve the API; durable work is asked for, and done by nobody."""
    async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
        ana = sandbox.add_person("Ana")
        channel = sandbox.add_channel("general", members=[ana])
        api = Api("", database, *[None] * 4, channel, ana, session)  # type: ignore[arg-type]
        api.sandbox = sandbox
        settings = Settings(
            _env_file=None,
            slack_api_url=sandbox.api_url,
            slack_bot_token=SecretStr(sandbox.bot_token),
            **{"webhook_allow_private": True, **more},
        )
        api.messenger = Messenger(Clients(settings, database), database=database, posts_per_second=1_000)
        api.durable = Durable(database, executor_id="test")
        await api.durable.ensure_tables()
        built = build_integrations(
            database,
            settings=settings,
            durable=api.durable,
            drafts=Drafts(database, durable=api.durable, clock=api.clock),
            messenger=api.messenger,
            clock=api.clock,
        )
        limiter = Limiter(per_minute=limits or {"read": UNLIMITED, "write": UNLIMITED})  # type: ignore[arg-type]
        api.integrations = replace(built, limiter=limiter)
        async with database.begin() as unit:
            await make_workspace(unit, sandbox.team_id)
            await make_channel(unit, channel.id, workspace_id=sandbox.team_id)
        web = build_http(readiness=Readiness({}), mounted={PREFIX: build_api(api.integrations)})
        server = HttpServer(web, host="127.0.0.1", port=0)
        await server.start()
        api.url = server.url
        yield api
        await server.stop()
        await api.messenger.close()
        await api.durable.close()


def later(api: Api, **span: float) -> None:
    """Let time pass for the API."""
    api.now += timedelta(**span)
