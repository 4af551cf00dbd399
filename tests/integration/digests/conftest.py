"""A channel with a story, and the digest services on a real database and the sandbox's Slack."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import pytest

from bot.digests.digest import Digests
from bot.digests.due import DigestSchedule
from bot.feedback.acts import Act
from bot.feedback.ledger import Ledger, find_place
from bot.feedback.tallying import posted_deltas
from bot.runtime.durable import Durable
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from storage.engine import Database
from storage.unit_of_work import UnitOfWork
from tests.factories import (
    NOW,
    make_channel,
    make_correction,
    make_draft,
    make_member,
    make_revision,
    make_workspace,
)

DAY = timedelta(days=1)
EARLIER = NOW - timedelta(hours=1)


@dataclass
class Story:
    """Lets people ask, vote and correct, through the real ledger."""

    database: Database
    workspace_id: str = "T0SANDBOX"
    channel_id: str = "C0GENERAL"
    numbers: count = field(default_factory=count)

    async def begin(self, **channel):
        async with self.database.begin() as unit:
            await make_workspace(unit, self.workspace_id, timezone="Europe/Berlin")
            await make_channel(unit, self.channel_id, workspace_id=self.workspace_id, **channel)

    async def meet(self, *people, **columns):
        async with self.database.begin() as unit:
            for user_id in people:
                await make_member(unit, user_id, workspace_id=self.workspace_id, **columns)

    async def draft(self, *, at=NOW, **columns):
        async with self.database.begin() as unit:
            draft = await make_draft(
                unit,
                workspace_id=self.workspace_id,
                channel_id=columns.pop("channel_id", self.channel_id),
                ts=f"1764000000.{next(self.numbers):06d}",
                posted_at=at,
                created_at=at,
                **columns,
            )
            await unit.tallies.add(posted_deltas(await find_place(unit, self._act(draft, "U0PROBE"))))
        return draft

    async def says(self, user_id, draft, kind, value="", *, at=EARLIER, **more):
        async with self.database.begin() as unit:
            return await Ledger().record(unit, self._act(draft, user_id, kind, value, at=at, **more), now=NOW)

    async def likes(self, user_id, draft, *, at=EARLIER):
        await self.says(user_id, draft, "reaction", "positive", at=at, control="emoji:+1")

    async def dislikes(self, user_id, draft, *, at=EARLIER):
        await self.says(user_id, draft, "reaction", "negative", at=at, control="emoji:-1")

    async def corrects(self, user_id, draft, text, *, at=EARLIER, revised=False, **columns):
        control = f"reply:{next(self.numbers)}.000000"
        await self.says(user_id, draft, "correction", at=at, control=control)
        async with self.database.begin() as unit:
            correction = await make_correction(
                unit,
                draft,
                text=text,
                user_id=user_id,
                control=control,
                created_at=at,
                changed_at=at,
                **columns,
            )
            if revised:
                await make_revision(unit, draft, kind="revised", correction_id=correction.id)

    async def corrects_often(self, times, text):
        """Many corrections, half of them by somebody who may be quoted, in one transaction and past the ledger."""
        async with self.database.begin() as unit:
            for number in range(times):
                draft = await make_draft(
                    unit,
                    workspace_id=self.workspace_id,
                    channel_id=self.channel_id,
                    task="t" * 64,
                    created_at=NOW - DAY,
                )
                person = "U0ANN" if number % 2 else f"U0P{number}"
                correction = await make_correction(unit, draft, text=text, user_id=person, created_at=EARLIER)
                await make_revision(unit, draft, kind="revised", correction_id=correction.id)

    def _act(self, draft, user_id, kind="reaction", value="", *, at=EARLIER, control=None, weight=0) -> Act:
        return Act(
            workspace_id=draft.workspace_id,
            event_id=f"Ev{next(self.numbers)}",
            channel_id=draft.channel_id,
            message_ts=draft.message_ts,
            user_id=user_id,
            kind=kind,
            control=control or kind,
            value=value,
            event_us=int(at.timestamp()) * 1_000_000,
            weight=weight,
        )


@pytest.fixture
def story(database) -> Story:
    return Story(database)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def general(sandbox):
    return sandbox.add_channel("general", members=[sandbox.add_person("Ana")])


@pytest.fixture
async def messenger(sandbox, database) -> AsyncIterator[Messenger]:
    settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
    messenger = Messenger(Clients(settings, database), database=database, posts_per_second=1000)
    yield messenger
    await messenger.close()


@pytest.fixture
def digests(database, messenger) -> Digests:
    return Digests(database, messenger=messenger, clock=lambda: NOW)


@pytest.fixture
async def durable(database) -> AsyncIterator[Durable]:
    durable = Durable(database, executor_id="replica-1")
    await durable.ensure_tables()
    yield durable
    await durable.close()


@pytest.fixture
def schedule(database, durable) -> DigestSchedule:
    return DigestSchedule(database, durable=durable)


async def begin_digest(
    unit: UnitOfWork, *, channel_id: str, period: str, due_at: datetime = NOW, late: bool = False
) -> None:
    await unit.digests.begin("T0SANDBOX", channel_id=channel_id, period=period, due_at=due_at, late=late)
