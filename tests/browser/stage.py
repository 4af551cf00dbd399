"""What these tests look at: the demo's own stage and page with the scripted model, on a fresh database, in a quiet team."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, update

from bot.sandbox import Channel, Message, Person, Sandbox
from bot.sandbox.page import Page
from bot.sandbox.page.about import About, Completion
from bot.services import Services
from handlers.cli.demo.clock import StoryClock
from handlers.cli.demo.folder import DemoFolder
from handlers.cli.demo.model import DemoModel, open_model
from handlers.cli.demo.sample_team import LAUNCH, PLAYGROUND, Team
from handlers.cli.demo.stage import build_app
from handlers.cli.demo.stage import open_stage as open_demo_stage
from handlers.cli.demo.time_control import DemoTime
from handlers.commands.draftloop import COMMAND, SUBCOMMANDS
from storage.models import Correction, Observation, Rule
from tests.fakes.patience import until_found

PATIENCE = 20.0
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def _forget(connection: Connection) -> None:
    connection.execute(update(Rule).values(state="retired", reason="undone"))
    connection.execute(update(Observation).values(state="dropped"))
    connection.execute(update(Correction).values(lesson="undone", learned_version=Correction.version))


@dataclass
class Stage:
    """A running bot, its Slack and the page of it."""

    sandbox: Sandbox
    services: Services
    time: DemoTime
    page: Page
    url: str
    ana: Person
    ben: Person
    chloe: Person
    femi: Person
    launch: Channel
    playground: Channel

    def with_channels(self, launch: str, playground: str) -> "Stage":
        """The same stage with two new channels to look at."""
        people = [person for person in self.sandbox.people.values() if person is not self.femi]
        return replace(
            self,
            launch=self.sandbox.add_channel(launch, members=[*people, self.femi]),
            playground=self.sandbox.add_channel(playground, members=people),
        )

    async def forget(self) -> None:
        """Let nothing that was taught so far hold: rules reach beyond the channel of a test."""
        async with self.services.database.begin() as unit:
            await unit.run_sync(_forget)

    async def leave(self) -> None:
        """Close the page, as when the demo is stopped."""
        await self.page.stop()

    async def come_back(self) -> None:
        """Serve the page again where it was."""
        about, port = self.page.about, int(self.url.rsplit(":", 1)[1])
        self.page = Page(self.sandbox, about=about, time=self.time)
        await self.page.start(port=port)

    def drafts(self) -> list[Message]:
        """The drafts in #launch, oldest first."""
        return [
            message for message in self.sandbox.messages(self.launch) if "draft_vote" in str(message.blocks)
        ]

    async def opinions(self) -> dict[tuple[str, str], str]:
        """The opinions on the latest draft in #launch: (name, dimension) to value; texts are left out."""
        await self.settled()
        draft = self.drafts()[-1]
        async with self.services.database.read() as unit:
            found = await unit.drafts.find_by_message(
                self.sandbox.team_id, channel_id=draft.channel, ts=draft.ts
            )
            assert found is not None
            opinions = await unit.feedback.opinions_of_draft(found[0].id)
        names = {person.user_id: person.member.name for person in self.sandbox.people.values()}
        return {
            (names[each.user_id], each.dimension): each.value for each in opinions if each.dimension != "text"
        }

    async def settled(self) -> None:
        """Every event is acknowledged and applied."""
        await self.sandbox.settle()
        await until_found(self._all_applied, within=PATIENCE)

    async def _all_applied(self) -> bool | None:
        return (await self.services.inbox.counts())["new"] == 0 or None


@contextlib.asynccontextmanager
async def open_stage(folder: Path) -> AsyncIterator[Stage]:
    """Everything on loopback, on ports of its own; `folder` holds a migrated database."""
    clock = StoryClock.begun_at(TUESDAY)
    async with contextlib.AsyncExitStack() as stack:
        model = await stack.enter_async_context(open_model("scripted", tell=print))
        sandbox = await stack.enter_async_context(Sandbox(app=build_app(), clock=clock.timestamp))
        team = Team.of(sandbox, zone="UTC")
        demo = await stack.enter_async_context(
            open_demo_stage(sandbox, model, folder=DemoFolder(folder), clock=clock)
        )
        time = DemoTime(
            demo.services, workspace_id=sandbox.team_id, clock=clock, on_jump=sandbox.workspace.note_change
        )
        stack.push_async_callback(time.close)
        page = Page(sandbox, about=_about(model), time=time)
        url = await page.start(port=0)
        people, channels = team.people, team.channels
        stage = Stage(
            sandbox,
            demo.services,
            time,
            page,
            url,
            people["Ana"],
            people["Ben"],
            people["Chloe"],
            people["Femi"],
            channels[LAUNCH],
            channels[PLAYGROUND],
        )
        stack.push_async_callback(stage.leave)
        yield stage


def _about(model: DemoModel) -> About:
    words = tuple(Completion(each.name, each.usage, each.description) for each in SUBCOMMANDS)
    return About(
        model=model.name,
        note=model.note,
        kind=model.kind,
        story=("Ask for a draft with /draft",),
        completions={COMMAND.name: words},
    )
