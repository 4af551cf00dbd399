"""A workspace with something to learn from, the training services on real databases, and the sandbox's Slack."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

import pytest

from bot.drafts.casting import Casting
from bot.releases.judges import Judges
from bot.releases.promote import Promotion
from bot.releases.registry import ReleaseBook
from bot.releases.releases import build_releases
from bot.runtime.durable import Durable
from bot.sandbox import Channel, Person, Sandbox
from bot.settings import Settings
from bot.slack.access import Admins
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from bot.training.trainers.base import Trainer
from bot.training.training import build_training
from handlers.workflows import pipeline, release_news, retrain
from storage.engine import Database
from storage.models import TrainingRun, Workspace
from tests.factories import NOW, make_correction, make_draft, make_signal, make_workspace
from tests.fakes.chosen_ends import ChosenEnds

TEAM = "T0SANDBOX"
ADMIN = "U0ADMIN"


@dataclass
class Shop:
    """One bot process as far as training needs it; named like the services it stands for."""

    database: Database
    durable: Durable
    messenger: Messenger
    trainer: Trainer | None
    sandbox: Sandbox
    admin_channel: Channel
    now: datetime = NOW
    more: dict[str, Any] = field(default_factory=dict)
    numbers: count = field(default_factory=count)

    def __post_init__(self) -> None:
        self.admins = Admins(self.messenger, named=[ADMIN])
        settings = Settings(_env_file=None, retrain_minimum_rows=3, **self.more)
        self.training = build_training(
            self.database,
            settings=settings,
            trainer=self.trainer,
            durable=self.durable,
            messenger=self.messenger,
            clock=self.clock,
        )
        self.ends = ChosenEnds(self.database)
        judges = Judges(
            casting=Casting(self.database, settings=settings, clock=self.clock),
            book=ReleaseBook(self.database),
            gate=self.ends,
            trials=self.ends,
            promotion=Promotion(self.database, clock=self.clock),
        )
        self.releases = build_releases(
            self.database,
            settings=settings,
            training=self.training,
            judges=judges,
            durable=self.durable,
            messenger=self.messenger,
            admins=self.admins,
            clock=self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    async def open(self, *, attested: bool = True, **columns: Any) -> None:
        await self.durable.ensure_tables()
        async with self.database.begin() as unit:
            await make_workspace(unit, TEAM, admin_channel_id=self.admin_channel.id, **columns)
        if attested:
            await self.training.consent.attest(TEAM, user_id=ADMIN, now=self.now)

    async def teach(self, rewrites: int) -> None:
        async with self.database.begin() as unit:
            for number in (next(self.numbers) for _ in range(rewrites)):
                draft = await make_draft(
                    unit,
                    workspace_id=TEAM,
                    brief=f"Brief {number}",
                    text=f"Draft {number}",
                    created_at=self.now,
                )
                control = f"reply:{number}"
                await make_correction(
                    unit,
                    draft,
                    control=control,
                    text=f"Better {number}",
                    original=f"Draft {number}",
                    user_id=f"U{number}",
                    created_at=self.now,
                )
                await make_signal(
                    unit, draft, kind="correction", control=control, value="", user_id=f"U{number}"
                )

    async def launch(self) -> None:
        for name, function in (
            ("retrain", retrain.run_retrain),
            ("pipeline", pipeline.run_pipeline),
            ("release_news", release_news.run_release_news),
        ):
            self.durable.workflow(name, partial(function, services=self))
        await self.durable.launch()

    async def ask(self, key: str = "command:1") -> str:
        asked = await self.training.runs.ask(TEAM, trigger="command", key=key, requested_by=ADMIN)
        return asked.run_id

    async def finish(self, run_id: str) -> TrainingRun:
        await self.durable.result(f"pipeline:{run_id}")
        return await self.run(run_id)

    async def run(self, run_id: str) -> TrainingRun:
        async with self.database.read() as unit:
            return await unit.runs.get(run_id)

    async def runs(self) -> list[TrainingRun]:
        async with self.database.read() as unit:
            return await unit.runs.of_workspace(TEAM)

    async def workspace(self) -> Workspace:
        async with self.database.read() as unit:
            return await unit.workspaces.get(TEAM)

    def reports(self) -> list[str]:
        return [message.text for message in self.sandbox.messages(self.admin_channel)]


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for workflow in (retrain, pipeline):
        monkeypatch.setattr(workflow, "FIRST_PAUSE", 0.02)
        monkeypatch.setattr(workflow, "SUBMIT_PAUSES", (0, 0.02, 0.02))
    monkeypatch.setattr(pipeline, "BETWEEN_ADVANCES", 0.05)
    monkeypatch.setattr(pipeline, "AFTER_A_VOTE", 0.05)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def ana(sandbox: Sandbox) -> Person:
    return sandbox.add_person("Ana", admin=True)


@pytest.fixture
async def open_shop(sandbox: Sandbox, ana: Person, database: Database) -> AsyncIterator[Callable[..., Shop]]:
    channel = sandbox.add_channel("admins", members=[ana])
    settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
    opened: list[Shop] = []

    def open_one(trainer: Trainer | None, *, replica: str = "replica-1", **more: Any) -> Shop:
        messenger = Messenger(Clients(settings, database), database=database, posts_per_second=1000)
        durable = Durable(database, executor_id=replica)
        opened.append(Shop(database, durable, messenger, trainer, sandbox, channel, more=more))
        return opened[-1]

    yield open_one
    for shop in opened:
        await shop.durable.close()
        await shop.messenger.close()
