"""What releases and trials are browsed and decided with: real parts around a team, and people in its Slack."""

import contextlib

from bot.feedback.ledger import Ledger
from bot.releases.browsing import ReleaseBrowser, Viewer
from bot.releases.desk import ReleaseDesk
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.access import Admins, Membership
from bot.slack.clients import Clients
from bot.training.trainers.base import Artefact
from bot.trials.trials import build_trials
from storage.models import TrainingRun, Trial, TrialPair
from tests.factories import NOW
from tests.fakes.chosen_ends import ChosenEnds, make_release
from tests.fakes.release_browser import release_browser
from tests.integration.learning.conftest import House
from tests.integration.releases.conftest import Team
from tests.integration.trials.conftest import Texts, spec_of

MEMBER, ADMIN = Viewer("U0MEMBER", is_admin=False), Viewer("U0ADMIN", is_admin=True)


class DeskRoom:
    """A desk, the screens it shows, and an admin and a member who sit at it."""

    def __init__(self, team, sandbox):
        self.team, self.database, self.sandbox = team, team.database, sandbox
        self.boss = self.sandbox.add_person("Boss", admin=True)
        self.mia = self.sandbox.add_person("Mia")
        settings = Settings(
            _env_file=None, slack_api_url=self.sandbox.api_url, slack_bot_token=self.sandbox.bot_token
        )
        self.clients = Clients(settings, self.database)
        self.messenger = team.house.messenger
        self.trials = build_trials(
            self.database,
            settings=settings,
            writer=Texts(),
            spec_of=spec_of,
            ledger=Ledger(),
            messenger=self.messenger,
            membership=Membership(self.clients, messenger=self.messenger),
            clock=team.house.clock,
        )
        self.gate = ChosenEnds(self.database)  # What the gate measured is told in its own tests.
        reader = release_browser(self.database)
        self.browser = ReleaseBrowser(
            self.database, book=team.book, runs=reader._runs, trials=self.trials, gate=self.gate
        )
        self.desk = ReleaseDesk(
            self.database,
            browser=self.browser,
            promotion=team.promotion,
            trials=self.trials,
            admins=Admins(self.messenger, deadline_seconds=0.3),
            messenger=self.messenger,
        )

    async def candidate(self, *changes, **artefact):
        return await self.team.make(*changes, **artefact)

    async def better_model(self):
        return await self.candidate(kind="model", reference="better")

    async def from_run(self, **run):
        """A candidate of a training run, with what the run knows of it."""
        given = {"key": "k", "trigger": "command", "trainer": "playbook", "submission_key": "s", **run}
        async with self.database.begin() as unit:
            row = TrainingRun(workspace_id=self.team.id, created_at=NOW, result={}, **given)
            await unit.runs.add(row)
            release = await self.team.book.make(
                unit,
                workspace_id=self.team.id,
                task="",
                origin="playbook",
                artefact=Artefact(kind="model", reference="better"),
                run_id=row.id,
                dataset_version_id=None,
                created_by="program",
                now=NOW,
            )
            row.release_id = release.id
        return release, row.id

    async def try_out(self, release, *, run_id="run"):
        """Open a release's trial, and tie it to its run if there is one."""
        trial_id = await self.trials.open(
            self.team.id, task=release.task, challenger_id=release.id, run_id=run_id, mode="blind"
        )
        async with self.database.begin() as unit:
            if run_id != "run":
                await unit.runs.update(run_id, trial_id=trial_id)
        return trial_id

    async def trial(self, trial_id):
        async with self.database.read() as unit:
            return await unit.trials.get(trial_id)

    async def judge(self, trial_id, *values):
        """Pairs that are closed, each with what it is worth for the challenger."""
        columns = {"trial_id": trial_id, "workspace_id": self.team.id, "state": "closed", "closed_at": NOW}
        async with self.database.begin() as unit:
            await unit.trials.add_pairs(
                [
                    TrialPair(number=at, position=at, source_draft_id=f"d{at}", fixed=value, **columns)
                    for at, value in enumerate(values, start=1)
                ]
            )

    async def elsewhere(self, **columns):
        """A release of another workspace."""
        async with self.database.begin() as unit:
            return await unit.releases.add(make_release(1, workspace_id="T0OTHER", **columns))

    async def foreign_trial(self):
        """An open trial of another workspace."""
        release = await self.elsewhere()
        columns = {"champion_id": release.id, "challenger_id": release.id, "opened_at": NOW, "closes_at": NOW}
        async with self.database.begin() as unit:
            trial = Trial(
                workspace_id="T0OTHER", number=1, task="", mode="blind", alpha=0.05, max_pairs=9, **columns
            )
            return await unit.trials.add(trial)

    def trigger(self, person, *, view=None):
        return self.sandbox.workspace.issue_trigger(person.user_id, view_id=view.id if view else None)

    async def decide(self, person, release, deed):
        return await self.desk.decide(self.team.id, user_id=person.user_id, release_id=release.id, deed=deed)


def buttons_of(view):
    """The buttons of a view or a modal, by what they do."""
    blocks = view["blocks"] if isinstance(view, dict) else view.payload["blocks"]
    elements = [
        element
        for block in blocks
        for element in (*block.get("elements", []), *([block["accessory"]] if block.get("accessory") else []))
    ]
    return {element["action_id"] for element in elements if element.get("type") == "button"}


@contextlib.asynccontextmanager
async def open_room(database):
    """A room in a Slack of its own, whose first release is live."""
    async with Sandbox() as sandbox:
        house = House(database, sandbox)
        await house.begin()
        team = Team(house)
        await team.begin()
        room = DeskRoom(team, sandbox)
        yield room
        await room.clients.close()
        await house.close()
