"""A team whose corrections are learned from: real rows, the real learner and decisions, a clock of its own."""

from datetime import timedelta
from itertools import count

import pytest

from bot.learning.rules.decisions import Decisions
from bot.learning.rules.learner import Learner
from bot.learning.rules.playbook import Playbook
from bot.learning.scopes import Cell, Scope
from bot.runtime.durable import Durable
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.access import Admins
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from tests.factories import NOW, make_channel, make_correction, make_draft, make_member, make_workspace

ADMIN = "U0ADMIN"
_DRAFT = "Hello team! We shipped the release 🎉. Great work!"


class House:
    """A workspace with corrections, and what is learned from them."""

    def __init__(self, database, sandbox):
        settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
        self.database, self.team, self.now = database, sandbox.team_id, NOW
        self.people = [sandbox.add_person(name).user_id for name in ("Ana", "Ben", "Cleo", "Dan")]
        self.durable = Durable(database, executor_id="test")
        self.messenger = Messenger(Clients(settings, database), database=database)
        self.clock = lambda: self.now
        self.learner = Learner(database, durable=self.durable, clock=self.clock)
        admins = Admins(self.messenger, named=[ADMIN])
        self.decisions = Decisions(database, admins=admins, durable=self.durable, clock=self.clock)
        self._numbers = count(1)

    async def begin(self, *, team=None):
        self.team = team or self.team
        await self.durable.ensure_tables()
        async with self.database.begin() as unit:
            await make_workspace(unit, self.team)
            for channel in ("C1", "C2", "C3"):
                await make_channel(unit, channel, workspace_id=self.team)
            for person in self.people:
                await make_member(unit, person, workspace_id=self.team)

    async def close(self):
        await self.durable.close()
        await self.messenger.close()

    async def correct(
        self, text, *, by=0, channel="C1", task="plain", asked_by=None, draft=_DRAFT, **columns
    ):
        """Let somebody wish something of a new draft, or rewrite it; return the correction's id."""
        self.now += timedelta(minutes=1)
        author = self.people[by]
        async with self.database.begin() as unit:
            kept = await make_draft(
                unit,
                workspace_id=self.team,
                channel_id=channel,
                task=task,
                text=draft,
                requester_id=self.people[asked_by] if asked_by is not None else author,
                created_at=self.now,
            )
            given = {"interpretation": "instruction", "user_id": author, "original": draft, **columns}
            moments = {"created_at": self.now, "changed_at": self.now}
            correction = await make_correction(unit, kept, text=text, **moments, **given)
        return correction.id

    async def rewrite(self, text, **given):
        return await self.correct(text, interpretation="rewrite", **given)

    async def teach(self, text, **given):
        """Correct and learn."""
        correction_id = await self.correct(text, **given)
        await self.learner.catch_up(self.team)
        return correction_id

    async def change(self, correction_id, **columns):
        """Let a correction be another one from now on, as the ledger does it."""
        self.now += timedelta(minutes=1)
        async with self.database.begin() as unit:
            correction = await unit.corrections.get(correction_id)
            for name, value in {**columns, "changed_at": self.now}.items():
                setattr(correction, name, value)
            correction.version += 1
        await self.learner.catch_up(self.team)

    async def rules(self, *, channel="C1", task="plain", asked_by=0):
        """Return the texts of the rules that hold for a draft."""
        cell = Cell(channel, task, self.people[asked_by])
        async with self.database.read() as unit:
            return [one.text for one in await Playbook().rules_for(unit, cell, workspace_id=self.team)]

    async def kept(self):
        """Return every rule: text, state, reason and scope."""
        async with self.database.read() as unit:
            return [
                (one.text, one.state, one.reason, Scope.of(one)) for one in await unit.rules.all(self.team)
            ]

    async def rule(self, text):
        async with self.database.read() as unit:
            return next(one for one in await unit.rules.all(self.team) if one.text == text)

    async def audit(self):
        async with self.database.read() as unit:
            entries = await unit.audit.of_workspace(self.team)
        return [(one.action, one.actor_id) for one in reversed(entries) if one.action.startswith("rule.")]


@pytest.fixture
async def house(database):
    async with Sandbox() as sandbox:
        opened = House(database, sandbox)
        await opened.begin()
        yield opened
        await opened.close()
