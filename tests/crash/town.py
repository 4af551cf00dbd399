"""A whole town for a crash story: Slack and model that live on, replicas that die, and one database."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

from bot.runtime.durable import Durable
from bot.sandbox import Channel, Message, RemoteSandbox
from storage.engine import Database
from storage.inbox_store import InboxStore
from storage.keyring import Keyring
from tests.conftest import TEST_KEY
from tests.crash.processes import PATIENCE, Front, Replica, model_process, slack_process, until

Way = Literal["socket", "http"]
PEOPLE = ["Ana", "Ben", "Chloe", "Dan", "Eve"]
CHANNELS = ["launch", "support", "sales", "press"]
# What no replica of ours may ever have to log.
_BAD_LINES = ("Traceback", "event_parked", "workflow_failed", "step_failed", "job_failed", "unexpected_error")


class Town:
    """Where the story plays; `database` and `inbox` are for looking."""

    def __init__(
        self, slack: RemoteSandbox, replicas: list[Replica], database_url: str, folder: Path
    ) -> None:
        keyring = Keyring([TEST_KEY])
        self.slack = slack
        self.replicas = replicas
        self.folder = folder
        self.people = list(slack.people.values())
        self.channels = list(slack.channels.values())
        self.database = Database.connect(database_url, keyring=keyring)
        self.inbox = InboxStore.connect(database_url, keyring=keyring)
        self.durable = Durable(self.database, executor_id="onlooker")

    async def start(self) -> None:
        for replica in self.replicas:  # One after the other: two cores start one thing faster than two.
            await replica.start()

    async def controls(self, channel: Channel) -> list[Message]:
        """The finished drafts of a channel."""
        return [message for message in await self.slack.messages(channel) if shows(message, "draft_vote")]

    async def draft_in_each_channel(self) -> list[Message]:
        """Ask for one draft per channel and wait for all of them."""
        ana = self.people[0]
        for channel in self.channels:
            delivery = await ana.command(channel, "/draft", f"Say something about {channel.name}")
            assert delivery.acked

        async def look():
            found = [await self.controls(channel) for channel in self.channels]
            return [drafts[0] for drafts in found] if all(found) else None

        return await until(look, what="a draft in each channel")

    async def quiet(self) -> None:
        """Wait until everything sent is acknowledged, applied, and no work is left on any replica."""
        await self.slack.settle(timeout=PATIENCE)
        await until(self._inbox_is_empty, what="every event is applied")
        await self.durable.wait_idle(timeout=PATIENCE)

    async def _inbox_is_empty(self) -> bool:
        return (await self.inbox.counts())["new"] == 0

    async def everything_said(self) -> list[Message]:
        """Every message of every channel, replies too."""
        said = []
        for channel in self.channels:
            for message in await self.slack.messages(channel):
                said += [message, *await self.slack.messages(channel, thread=message)]
        return list({(one.channel, one.ts): one for one in said}.values())

    async def close(self) -> None:
        for replica in self.replicas:
            with contextlib.suppress(AttributeError):
                await replica.kill()
        await self.durable.close()
        await self.inbox.close()
        await self.database.close()

    def bad_lines(self) -> list[str]:
        """What the replicas logged and should never have to."""
        lines = [line for log in self.folder.glob("bot-*.log") for line in log.read_text().splitlines()]
        return [line for line in lines if any(bad in line for bad in _BAD_LINES)]


@contextlib.asynccontextmanager
async def open_town(
    database_url: str,
    folder: Path,
    *,
    way: Way = "socket",
    replicas: int = 1,
    model_delay: float = 0.1,
    model_pause: float = 0,
    **settings: Any,
) -> AsyncIterator[Town]:
    """Open a town; its replicas are started by the story."""
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(slack_process(folder, people=PEOPLE, channels=CHANNELS))
        model = await stack.enter_async_context(model_process(folder, delay=model_delay, pause=model_pause))
        environment = bot_environment(slack, model, database_url, folder, way=way, **settings)
        living = [
            Replica(f"bot-{number}", environment=environment, folder=folder) for number in range(replicas)
        ]
        town = Town(slack, living, database_url, folder)
        stack.push_async_callback(town.close)
        if way == "http":
            front = await stack.enter_async_context(Front(living))
            await slack.deliver_to(f"{front.url}/slack/events")
        yield town


def bot_environment(
    slack: RemoteSandbox, model: str, database_url: str, folder: Path, *, way: Way, **settings: Any
) -> dict[str, str]:
    """The settings of every replica, as their operator writes them."""
    hears = (
        {"SLACK_APP_TOKEN": slack.app_token}
        if way == "socket"
        else {"SLACK_SIGNING_SECRET": slack.signing_secret}
    )
    own = {f"DRAFTLOOP_{name.upper()}": str(value) for name, value in settings.items()}
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "OPENAI_BASE_URL": model,
        "OPENAI_API_KEY": "test",
        "DATABASE_URL": database_url,
        "DRAFTLOOP_ENCRYPTION_KEYS": TEST_KEY,
        "DRAFTLOOP_DATA_DIR": str(folder / "data"),
        "DRAFTLOOP_HTTP_PORT": "0",
        "DRAFTLOOP_TICK_SECONDS": "0.5",
        "DRAFTLOOP_REPLICA_DEAD_AFTER_SECONDS": "4",
        "DRAFTLOOP_LOG_FORMAT": "json",
        **hears,
        **own,
    }


def shows(message: Message, action_id: str) -> bool:
    return f'"{action_id}"' in json.dumps(message.blocks)
