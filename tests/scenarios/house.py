"""A whole house for a story: a Slack, a model endpoint, a database and the running bot, all real."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.sandbox import Channel, Message, Person, Sandbox
from bot.services import Services, build_services
from bot.settings import Settings
from handlers.cli.demo.clock import StoryClock
from handlers.serving import RunningBot
from tests.conftest import TEST_KEY
from tests.fakes.model_endpoint import ModelEndpoint
from tests.fakes.patience import until_found

Way = Literal["socket", "http"]
PATIENCE = 20.0


@dataclass
class House:
    """What a story plays in."""

    sandbox: Sandbox
    endpoint: ModelEndpoint
    services: Services
    bot: RunningBot
    clock: StoryClock
    ana: Person
    ben: Person
    chloe: Person
    channel: Channel
    admins: Channel

    async def until(self, condition: Callable[[], Any]) -> Any:
        return await self.sandbox.wait_for(condition, timeout=PATIENCE)

    async def eventually(self, look: Callable[[], Any], expected: Any) -> None:
        """Look until it is as expected."""

        async def seen() -> bool | None:
            return (await look()) == expected or None

        await until_found(seen, within=PATIENCE)

    async def ask(self, person: Person, brief: str) -> Message:
        before = len(self.drafts())
        delivery = await person.command(self.channel, "/draft", brief)
        assert delivery.acked
        return (await self.until(lambda: self.drafts()[before:]))[0]

    def drafts(self) -> list[Message]:
        return [message for message in self.sandbox.messages(self.channel) if shows(message, "draft_vote")]

    def bot_replies(self, draft: Message) -> list[Message]:
        """What the bot answered in a draft's thread, without its notes about what it learned."""
        return [reply for reply in self._said_below(draft) if not tells_of_learning(reply)]

    def notes(self, draft: Message) -> list[Message]:
        """What the bot told in a draft's thread about what it learned."""
        return [reply for reply in self._said_below(draft) if tells_of_learning(reply)]

    def _said_below(self, draft: Message) -> list[Message]:
        replies = self.sandbox.messages(self.channel, thread=draft)
        return [reply for reply in replies if reply.bot_id and reply.ts != draft.ts]

    async def settled(self) -> None:
        """Every event is acknowledged, handled, and no durable work is left."""
        await self.sandbox.settle()
        await self.eventually(self.new_events, 0)
        await self.services.durable.wait_idle()

    async def new_events(self) -> int:
        return (await self.services.inbox.counts())["new"]

    async def opinions(self, draft: Message) -> dict[tuple[str, str], str]:
        """The opinions on a draft: (user id, dimension) to value; texts are left out."""
        async with self.services.database.read() as unit:
            found = await unit.drafts.find_by_message(
                self.sandbox.team_id, channel_id=draft.channel, ts=draft.ts
            )
            assert found is not None
            opinions = await unit.feedback.opinions_of_draft(found[0].id)
        return {(each.user_id, each.dimension): each.value for each in opinions if each.dimension != "text"}


@contextlib.asynccontextmanager
async def open_house(
    database_url: str, folder: Path, *, way: Way = "socket", **more: Any
) -> AsyncIterator[House]:
    clock = StoryClock()
    async with contextlib.AsyncExitStack() as stack:
        # More patient than Slack: how fast an answer comes is measured in the benchmarks.
        sandbox = await stack.enter_async_context(Sandbox(ack_seconds=10))
        endpoint = await stack.enter_async_context(ModelEndpoint())
        ana, ben, chloe = (
            sandbox.add_person("Ana"),
            sandbox.add_person("Ben"),
            sandbox.add_person("Chloe", admin=True),
        )
        channel = sandbox.add_channel("launch", members=[ana, ben, chloe])
        admins = sandbox.add_channel("admins", members=[chloe])
        settings = house_settings(
            sandbox, endpoint.url, database_url, folder, way=way, admin_channel=admins.id, **more
        )
        services = await build_services(settings, clock=clock)
        stack.push_async_callback(services.close)
        bot = RunningBot(services)
        stack.push_async_callback(bot.stop)
        await bot.start()
        if way == "http":
            sandbox.deliver_to(f"{bot.url}/slack/events")
        yield House(sandbox, endpoint, services, bot, clock, ana, ben, chloe, channel, admins)


def house_settings(
    sandbox: Sandbox, model_url: str, database_url: str, folder: Path, *, way: Way, **more: Any
) -> Settings:
    slack = (
        {"slack_app_token": sandbox.app_token}
        if way == "socket"
        else {"slack_signing_secret": sandbox.signing_secret}
    )
    return Settings(
        _env_file=None,
        slack_bot_token=sandbox.bot_token,
        slack_api_url=sandbox.api_url,
        openai_base_url=model_url,
        openai_api_key="test",
        openai_model="scripted",
        database_url=database_url,
        encryption_keys=[TEST_KEY],
        http_port=0,
        data_dir=folder,
        **{"tick_seconds": 0.2, "distil": "patterns", **slack, **more},
    )


def tells_of_learning(message: Message) -> bool:
    payload = (message.metadata or {}).get("event_payload", {})
    return str(payload.get("key", "")).startswith("learned:")


def shows(message: Message, action_id: str) -> bool:
    return any(
        element.get("action_id") == action_id
        for block in message.blocks
        for element in block.get("elements", [])
    )
