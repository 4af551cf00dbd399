"""Who is asked to judge a verified draft, who is left alone, and what becomes of the answer."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.feedback.budget import Budget
from bot.runtime.durable import Durable
from bot.sandbox import Sandbox
from bot.scoring.anchor_questions import AnchorQuestions, NotAsked
from bot.scoring.whom_to_ask import ENOUGH, LONGEST_TEXT, is_working_time
from bot.settings import Settings
from bot.slack.access import Membership
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from storage.models import Anchor, AnchorAnswer, Opinion
from tests.factories import NOW, make_channel, make_draft, make_member, make_workspace

NOON = NOW.replace(hour=12)  # of a Monday
DAY = timedelta(days=1)


class Scene:
    """A channel of a Slack of its own with a verified draft, and people who said something of another."""

    def __init__(self, database, sandbox):
        settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
        self.clients = Clients(settings, database)
        messenger = Messenger(self.clients, database=database, posts_per_second=1_000)
        self.database, self.sandbox, self.team = database, sandbox, sandbox.team_id
        self.durable = Durable(database, executor_id="test")
        self.questions = AnchorQuestions(
            database,
            budget=Budget(asks_per_day=2),
            durable=self.durable,
            messenger=messenger,
            membership=Membership(self.clients, messenger=messenger),
            clock=lambda: NOON,
        )

    async def begin(self):
        await self.durable.ensure_tables()
        self.ben = self.sandbox.add_person("Ben")
        self.channel = self.sandbox.add_channel("launch", members=[self.ben])
        async with self.database.begin() as unit:
            await make_workspace(unit, self.team)
            await make_channel(unit, self.channel.id, workspace_id=self.team)
            await make_member(unit, self.ben.user_id, workspace_id=self.team)
        self.judged = await self.verified()
        await self.says(self.ben.user_id, await self.draft())

    async def draft(self, **columns):
        async with self.database.begin() as unit:
            return await make_draft(unit, workspace_id=self.team, channel_id=self.channel.id, **columns)

    async def verified(self, **columns):
        draft = await self.draft(**columns)
        async with self.database.begin() as unit:
            await unit.anchors.put(
                Anchor(
                    draft_id=draft.id,
                    workspace_id=self.team,
                    revision_id=draft.current_revision_id,
                    task=draft.task,
                    verdict="good",
                    marked_by="U0ADMIN",
                    marked_at=NOW,
                )
            )
        return draft

    async def says(self, user_id, draft):
        async with self.database.begin() as unit:
            unit._session.add(
                Opinion(
                    draft_id=draft.id,
                    user_id=user_id,
                    slot="vote",
                    workspace_id=self.team,
                    dimension="vote",
                    kind="reaction",
                    value="positive",
                    signal_id="s",
                    event_us=round(NOW.timestamp() * 1_000_000),
                )
            )

    async def change(self, **columns):
        async with self.database.begin() as unit:
            await make_member(unit, self.ben.user_id, workspace_id=self.team, **columns)

    async def answers(self):
        async with self.database.read() as unit:
            return {one.user_id: one.answer for one in await unit.anchors.answers_of_workspace(self.team)}


@pytest.fixture
async def scene(sqlite_database):
    async with Sandbox() as sandbox:
        scene = Scene(sqlite_database, sandbox)
        await scene.begin()
        yield scene
        await scene.durable.close()
        await scene.clients.close()


async def test_somebody_active_in_the_channel_is_asked_about_one_anchor_in_two_weeks(scene):
    await scene.verified()

    asked = [await scene.questions.choose(scene.team, now=NOON + after * DAY) for after in (0, 1, 13, 15)]

    assert asked == [1, 0, 0, 0]  # After two weeks Ben is not active any more.


@pytest.mark.parametrize(
    "columns",
    [
        {"asks_stopped": True},
        {"opted_out": True},
        {"deactivated": True},
        {"is_bot": True},
        {"home_team_id": "T0OTHER"},
        {"held_from_us": 1},
    ],
)
async def test_some_people_are_never_asked(scene, columns):
    await scene.change(**columns)

    assert await scene.questions.choose(scene.team, now=NOON) == 0


@pytest.mark.parametrize("now", [NOON + timedelta(hours=9), NOON + 5 * DAY])
async def test_nobody_is_asked_at_night_or_on_a_weekend(scene, now):
    assert await scene.questions.choose(scene.team, now=now) == 0


async def test_who_said_something_of_the_draft_or_judged_enough_is_not_asked(scene):
    await scene.says(scene.ben.user_id, scene.judged)
    said = await scene.questions.choose(scene.team, now=NOON)
    for _ in range(ENOUGH):
        await scene.says(scene.ben.user_id, await scene.verified())
    await scene.verified()

    assert (said, await scene.questions.choose(scene.team, now=NOON)) == (0, 0)


async def test_a_long_draft_is_no_quick_question(scene):
    async with scene.database.begin() as unit:
        await unit.anchors.remove(scene.judged.id, workspace_id=scene.team)
    await scene.verified(text="word " * LONGEST_TEXT)

    assert await scene.questions.choose(scene.team, now=NOON) == 0


async def test_the_question_comes_once_and_not_to_somebody_who_left_a_private_channel(scene):
    await scene.questions.post(scene.judged.id, scene.ben.user_id)
    await scene.questions.post(scene.judged.id, scene.ben.user_id)
    closed = scene.sandbox.add_channel("closed", members=[scene.sandbox.add_person("Zoe")], private=True)
    async with scene.database.begin() as unit:
        await make_channel(unit, closed.id, workspace_id=scene.team)
        (await unit.drafts.get(scene.judged.id)).channel_id = closed.id
    await scene.questions.post(scene.judged.id, "U0ELSE")
    mallory = scene.sandbox.add_person("Mallory")
    await scene.questions.post(scene.judged.id, mallory.user_id)

    (message,) = scene.sandbox.messages(scene.ben.direct)
    assert "The draft." in str(message.blocks)
    assert scene.sandbox.messages(mallory.direct) == []


async def test_an_answer_is_kept_once_and_only_from_who_was_asked(scene):
    await scene.questions.choose(scene.team, now=NOON)
    mine = {"user_id": scene.ben.user_id, "draft_id": scene.judged.id}
    with pytest.raises(NotAsked):
        await scene.questions.answer(scene.team, user_id="U0ELSE", draft_id=scene.judged.id, answer="good")
    with pytest.raises(NotAsked):
        await scene.questions.answer(scene.team, **mine, answer="splendid")
    await scene.questions.answer(scene.team, **mine, answer="bad")
    with pytest.raises(NotAsked):
        await scene.questions.answer(scene.team, **mine, answer="good")

    assert await scene.answers() == {scene.ben.user_id: "bad"}


async def test_not_now_and_stop_asking_are_heard(scene):
    await scene.questions.choose(scene.team, now=NOON)
    mine = {"user_id": scene.ben.user_id, "draft_id": scene.judged.id}

    await scene.questions.not_now(scene.team, **mine)

    with pytest.raises(NotAsked):
        await scene.questions.stop(scene.team, **mine)
    assert await scene.answers() == {}


async def test_stop_asking_is_for_good(scene):
    await scene.questions.choose(scene.team, now=NOON)

    await scene.questions.stop(scene.team, user_id=scene.ben.user_id, draft_id=scene.judged.id)

    async with scene.database.read() as unit:
        member = await unit.members.find(scene.team, user_id=scene.ben.user_id)
    assert member.asks_stopped


async def test_a_kept_answer_is_not_written_over(scene):
    given = {"draft_id": scene.judged.id, "user_id": "U1", "workspace_id": scene.team, "answered_at": NOW}
    async with scene.database.begin() as unit:
        first = await unit.anchors.answer(AnchorAnswer(answer="good", **given))
        second = await unit.anchors.answer(AnchorAnswer(answer="bad", **given))

    assert (first, second, await scene.answers()) == (True, False, {"U1": "good"})


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        ("2026-11-23T09:00", True),
        ("2026-11-23T08:59", False),
        ("2026-11-23T17:00", False),
        ("2026-11-22T12:00", False),
    ],
)
def test_working_time_is_nine_to_five_on_working_days(moment, works):
    assert is_working_time(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is works
