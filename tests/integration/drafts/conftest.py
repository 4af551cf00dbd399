"""One desk with everything real: a sandbox Slack, a model endpoint over HTTP, a database; only the workflows' order is ours."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from bot.drafts.casting import Casting
from bot.drafts.desk import Desk
from bot.drafts.generate import Generator
from bot.drafts.progress import Progress
from bot.drafts.prompt_maker import PromptMaker
from bot.drafts.publish import Publisher
from bot.drafts.request import DraftRequest, Drafts
from bot.drafts.revise import Reviser
from bot.drafts.why import Explainer
from bot.errors import BotError
from bot.learning.examples.example_finder import Examples
from bot.learning.examples.retrieval import Shelves
from bot.learning.rules.learner import Learner
from bot.learning.rules.playbook import Playbook
from bot.llm.openai_chat import OpenAIChat
from bot.runtime.durable import Durable
from bot.sandbox import Channel, Message, Person, Sandbox
from bot.settings import Settings
from bot.slack.access import Admins
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from bot.slack.threads import Threads
from storage.engine import Database
from storage.models import Draft
from tests.fakes.model_endpoint import ModelEndpoint

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Office:
    """A team's Slack with the bot's drafting services in it."""

    sandbox: Sandbox
    endpoint: ModelEndpoint
    database: Database
    durable: Durable
    messenger: Messenger
    drafts: Drafts
    desk: Desk
    learner: Learner
    prompts: PromptMaker
    casting: Casting
    generator: Generator
    publisher: Publisher
    reviser: Reviser
    explainer: Explainer
    ana: Person
    general: Channel
    asked: list[int] = field(default_factory=list)

    async def ask(self, brief: str = "announce that the office opens at 9", **more: Any) -> str:
        """Keep an ask of Ana's and return the draft's id."""
        self.asked.append(1)
        wanted = {
            "workspace_id": self.sandbox.team_id,
            "channel_id": self.general.id,
            "requester_id": self.ana.user_id,
            "brief": brief,
            "source": "command",
            "request_key": f"command:{len(self.asked)}",
            **more,
        }
        return (await self.drafts.ask(DraftRequest(**wanted))).draft_id

    async def write(self, draft_id: str, *, attempt: int = 1) -> BotError | None:
        """Do what the workflow does, without its runtime; return what went wrong."""
        try:
            await self.publisher.show_placeholder(draft_id, attempt)
            await self.generator.take_thread(draft_id)
            await self.generator.generate(draft_id)
            await self.publisher.show(draft_id)
        except BotError as error:
            await self.publisher.explain(draft_id, attempt, error.code, error.sentence)
            return error
        return None

    async def draft(self, draft_id: str) -> Draft:
        async with self.database.read() as unit:
            return await unit.drafts.get(draft_id)

    def shown(self) -> list[Message]:
        """What stands in the channel."""
        return self.sandbox.messages(self.general)

    def replies(self, message: Message) -> list[Message]:
        return self.sandbox.messages(self.general, thread=message)


@pytest.fixture
def house_settings() -> dict[str, Any]:
    """How this deployment writes; a test that wants it otherwise overrides this."""
    return {}


@pytest.fixture
def slack() -> Sandbox:
    """The office's Slack, not yet open; a test that wants another one overrides this."""
    return Sandbox()


@pytest.fixture
async def office(database, house_settings, slack) -> AsyncIterator[Office]:
    async with slack as sandbox, ModelEndpoint() as endpoint:
        settings = Settings(
            _env_file=None,
            slack_api_url=sandbox.api_url,
            slack_bot_token=SecretStr(sandbox.bot_token),
            openai_base_url=endpoint.url,
            **house_settings,
        )
        clients, durable, model = (
            Clients(settings, database),
            Durable(database, executor_id="test"),
            OpenAIChat(settings),
        )
        await durable.ensure_tables()
        messenger = Messenger(clients, database=database, posts_per_second=1_000, progress_seconds=0.05)
        drafts = Drafts(database, durable=durable, clock=now)
        casting = Casting(database, settings=settings, clock=now)
        wiring: dict[str, Any] = {
            "models": model,
            "casting": casting,
            "clock": now,
        }
        learner = Learner(database, durable=durable, clock=now)
        examples = Examples(database, shelves=Shelves(database, clock=now), clock=now)
        prompts = PromptMaker(database, learner=learner, playbook=Playbook(), examples=examples)
        ana = sandbox.add_person("Ana")
        yield Office(
            sandbox=sandbox,
            endpoint=endpoint,
            database=database,
            durable=durable,
            messenger=messenger,
            drafts=drafts,
            desk=Desk(drafts, messenger=messenger),
            learner=learner,
            prompts=prompts,
            casting=casting,
            generator=Generator(
                database,
                threads=Threads(clients),
                prompts=prompts,
                progress=Progress(database, messenger=messenger),
                **wiring,
            ),
            publisher=Publisher(database, messenger=messenger, clock=now),
            reviser=Reviser(database, messenger=messenger, **wiring),
            explainer=Explainer(database, messenger=messenger, admins=Admins(messenger)),
            ana=ana,
            general=sandbox.add_channel("general", members=[ana]),
        )
        await examples.close()
        await messenger.close()
        await model.close()
        await durable.close()


def now() -> datetime:
    return NOW
