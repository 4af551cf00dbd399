"""Another release writes: told once, in the channels that it concerns, with what speaks for it; rules are only counted."""

from datetime import timedelta

import pytest

from bot.drafts.casting import Casting
from bot.releases.change_telling import ChangeNews
from bot.releases.judges import Judges
from bot.releases.registry import ReleaseBook
from bot.runtime.durable import Durable
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from bot.training.trainers.base import Artefact
from storage.models import TrainingRun
from storage.queries.release_news import PROMOTED, ROLLED_BACK, SETTINGS
from tests.factories import NOW, make_channel, make_draft
from tests.fakes.chosen_ends import ChosenEnds
from tests.integration.releases.test_guarding import Watch

TEAM = "T0SANDBOX"


class Town:
    """Channels with and without drafts, an admin channel, and a champion that is promoted and taken back."""

    def __init__(self, database, sandbox):
        settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
        self.database, self.sandbox, self.watch = database, sandbox, Watch(database)
        self.ana = sandbox.add_person("Ana", admin=True)
        self.busy, self.idle, self.admins = (
            sandbox.add_channel(name, members=[self.ana]) for name in ("launch", "idle", "admins")
        )
        self.messenger = Messenger(Clients(settings, database), database=database, posts_per_second=1_000)
        self.durable = Durable(database, executor_id="teller")
        self.ends, book = ChosenEnds(database), ReleaseBook(database)
        self.news = ChangeNews(
            database,
            judges=Judges(self.watch.casting, book, self.ends, self.ends, self.watch.promotion),
            durable=self.durable,
            messenger=self.messenger,
        )

    async def open(self):
        await self.durable.ensure_tables()
        await self.watch.open()
        async with self.database.begin() as unit:
            (await unit.workspaces.get(TEAM)).admin_channel_id = self.admins.id
            for channel in (self.busy, self.idle, self.admins):
                await make_channel(unit, channel.id, workspace_id=TEAM)
            for channel_id, days in ((self.busy.id, 1), (self.admins.id, 1), (self.idle.id, 15)):
                posted_at = NOW - timedelta(days=days)
                await make_draft(unit, workspace_id=TEAM, channel_id=channel_id, posted_at=posted_at)

    async def promote(self, *, by="UADMIN"):
        """Promote a release that a run made and a trial proved."""
        async with self.database.begin() as unit:
            run = await unit.runs.add(make_run())
            release = await ReleaseBook(self.database).make(
                unit,
                workspace_id=TEAM,
                task="",
                origin="command",
                artefact=Artefact("model", "better"),
                run_id=run.id,
                dataset_version_id=None,
                created_by="program",
                now=NOW,
            )
            run.release_id = release.id
        trial_id = await self.ends.open(TEAM, task="", challenger_id=release.id, run_id=run.id)
        async with self.database.begin() as unit:
            await unit.runs.update(run.id, trial_id=trial_id)
        await self.watch.promotion.promote(release.id, by=by, reason="trial")

    async def tell(self, action):
        """Tell the latest change of that kind."""
        async with self.database.read() as unit:
            entries = await unit.audit.of_workspace(TEAM)
        return await self.news.tell(next(entry.id for entry in entries if entry.action == action))

    def said(self, channel):
        return [message.text for message in self.sandbox.messages(channel)]

    def shown(self, channel):
        return str([message.blocks for message in self.sandbox.messages(channel)])


def make_run():
    return TrainingRun(
        workspace_id=TEAM,
        key="command:1",
        trigger="command",
        trainer="command",
        state="succeeded",
        submission_key="draftloop-1",
        result={},
        task="",
        created_at=NOW,
    )


@pytest.fixture
async def town(database):
    async with Sandbox() as sandbox:
        town = Town(database, sandbox)
        await town.open()
        yield town
        await town.durable.close()
        await town.messenger.close()


async def test_channels_with_drafts_and_admins_hear_once_who_promoted_what_and_why(town):
    await town.promote()

    heard = [await town.tell(PROMOTED) for _ in range(2)]

    assert heard == [2, 2]
    (told,) = town.said(town.busy)
    assert told == "*r2 writes all drafts from now on,* in place of r1. <@UADMIN> promoted it."
    assert "61 of 88 comparisons" in town.shown(town.busy)
    assert "model: gpt-4o-mini → better" in town.shown(town.busy)
    assert "release_roll_back" not in town.shown(town.busy)
    assert "release_roll_back" in town.shown(town.admins)
    assert len(town.said(town.admins)) == 1
    assert town.said(town.idle) == []


async def test_what_the_run_s_own_report_tells_admins_is_not_told_them_twice(town):
    await town.promote(by="program")

    await town.tell(PROMOTED)

    assert "It proved to be better, and went live by itself." in town.said(town.busy)[0]
    assert town.said(town.admins) == []


async def test_a_rollback_is_told_in_the_same_places(town):
    await town.promote()
    await town.watch.roll_back()

    await town.tell(ROLLED_BACK)

    assert town.said(town.busy) == ["*r1 writes all drafts again:* <@UADMIN> rolled r2 back."]
    assert "61 of 88" not in town.shown(town.busy)


async def test_a_guard_that_took_a_release_back_says_so_with_n_interval_and_evidence(town):
    watch = town.watch
    await watch.judge("r1", good=70, bad=20, at=NOW - timedelta(days=3))
    await town.promote(by="program")
    await watch.guard.tick(NOW)
    await watch.judge("r2", good=2, bad=40, at=NOW + timedelta(hours=1))
    watch.now = NOW + timedelta(days=4)
    await watch.guard.tick(watch.now)

    await town.tell(ROLLED_BACK)

    assert "so I took it back by myself" in town.said(town.busy)[0]
    assert "its 42 live drafts that people judged stand at 95" in town.shown(town.admins)


async def test_a_change_that_was_overtaken_is_no_news(town):
    await town.promote()
    await town.watch.roll_back()

    heard = await town.tell(PROMOTED)

    assert heard == 0
    assert town.said(town.busy) == []


async def test_every_change_is_asked_to_be_told_once_however_often_somebody_looks(town):
    await town.promote()

    for _ in range(3):
        await town.news.tick(NOW)

    waiting = await town.durable._list(name="release_news")
    async with town.database.read() as unit:
        changes = await unit.release_news.changes(since=NOW)
    assert {work.workflow_id for work in waiting} == {f"release_news:{entry.id}" for entry in changes}
    assert {entry.action for entry in changes} == {SETTINGS, PROMOTED}


async def test_the_very_first_release_is_no_news_and_changed_settings_are(town):
    at_first = await town.tell(SETTINGS)
    settings = Settings(_env_file=None, openai_model="house-2")
    later = NOW + timedelta(minutes=1)
    await Casting(town.database, settings=settings, clock=lambda: later).ensure(TEAM)

    await town.tell(SETTINGS)

    assert at_first == 0
    assert town.said(town.busy) == [
        "*r2 writes all drafts from now on:* this deployment's settings have changed."
    ]


async def test_a_channel_that_refuses_keeps_nobody_else_from_hearing(town):
    await town.promote()
    town.sandbox.remove_bot(town.busy)

    await town.tell(PROMOTED)

    assert town.said(town.busy) == []
    assert len(town.said(town.admins)) == 1
