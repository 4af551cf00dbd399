"""A team that is learned from, with releases that go live and come back."""

import pytest

from bot.drafts.casting import Casting
from bot.drafts.overlay import still_meant
from bot.drafts.release_spec import RuleChange, apply_overlay, overlay_json, read_overlay
from bot.learning.rules.playbook import Playbook
from bot.learning.scopes import WORKSPACE, Cell
from bot.releases.promote import Promotion
from bot.releases.registry import ReleaseBook
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.training.trainers.base import Artefact
from tests.integration.learning.conftest import ADMIN, House

CHANNELS = ("C1", "C2")
TASKS = ("plain", "reply")


class Team:
    """A house, its book of releases, and whoever promotes."""

    def __init__(self, house):
        self.house, self.database, self.id = house, house.database, house.team
        self.book = ReleaseBook(house.database)
        self.promotion = Promotion(house.database, clock=house.clock)
        self.casting = Casting(house.database, settings=Settings(_env_file=None), clock=house.clock)

    async def begin(self):
        await self.casting.ensure(self.id)

    async def make(self, *changes, task="", **artefact):
        """Make a candidate with changes of rules, or another artefact."""
        made = Artefact(**{"kind": "overlay", "reference": overlay_json(changes), **artefact})
        async with self.database.begin() as unit:
            return await self.book.make(
                unit,
                workspace_id=self.id,
                task=task,
                origin="playbook",
                artefact=made,
                run_id=None,
                dataset_version_id=None,
                created_by=ADMIN,
                now=self.house.now,
            )

    async def promote(self, release, *, by=ADMIN):
        return await self.promotion.promote(release.id, by=by, reason="admin")

    async def roll_back(self, *, task="", by=ADMIN):
        return await self.promotion.roll_back(self.id, task=task, by=by, reason="admin")

    async def seat(self, task=""):
        async with self.database.read() as unit:
            return await unit.releases.seat(self.id, task=task)

    async def live(self, task=""):
        async with self.database.read() as unit:
            seat = await unit.releases.seat(self.id, task=task)
            return (await unit.releases.get(seat.champion_id)).number

    async def states(self):
        async with self.database.read() as unit:
            releases = await unit.releases.of_workspace(self.id)
        return {one.number: (one.state, one.reason) for one in releases}

    async def rule(self, text):
        return await self.house.rule(text)

    async def rules(self):
        async with self.database.read() as unit:
            return {one.id: one for one in await unit.rules.all(self.id)}

    async def seen(self, release=None):
        """What drafts see in each place: texts, under a release's changes or those of who is live."""
        found = {}
        async with self.database.read() as unit:
            if release is None:
                seat = await unit.releases.seat(self.id, task="")
                release = await unit.releases.get(seat.champion_id)
            changes = await still_meant(unit, self.id, read_overlay(release.overlay))
            for channel in CHANNELS:
                for task in TASKS:
                    cell = Cell(channel, task, self.house.people[0])
                    covering = await Playbook().covering(unit, cell, workspace_id=self.id)
                    rules = apply_overlay(covering, changes, cell=cell)
                    found[channel, task] = {one.topic: (one.stance, one.text) for one in rules}
        return found

    async def playbook(self):
        """What drafts would see without any release's changes."""
        return await self.seen(_Plain())

    async def audit(self):
        async with self.database.read() as unit:
            entries = await unit.audit.of_workspace(self.id)
        return [
            (one.action, one.actor_id, one.details.get("reason"))
            for one in reversed(entries)
            if one.action.startswith("release.")
        ]


class _Plain:
    overlay = "[]"


def drop(rule):
    return RuleChange("drop", rule.id, rule.version)


def reword(rule, text, **other):
    return RuleChange("reword", rule.id, rule.version, text=text, **other)


def add(text="Keep it short.", *, topic="length", stance="short", scope=WORKSPACE, rule_id="a" * 32):
    return RuleChange("add", rule_id, topic=topic, stance=stance, text=text, scope=scope)


@pytest.fixture
async def team(database):
    async with Sandbox() as sandbox:
        house = House(database, sandbox)
        await house.begin()
        team = Team(house)
        await team.begin()
        yield team
        await house.close()
