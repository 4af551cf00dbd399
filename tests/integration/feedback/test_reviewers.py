"""Reviewers are asked by name, in turns, within their budget, and never against their will."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.feedback.budget import Budget
from bot.feedback.reviewers import FIRST, NotAReviewer, Reviewers
from bot.runtime.durable import Durable
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from bot.slack.groups import UserGroups
from bot.slack.messenger import Messenger
from storage.models import Opinion
from tests.factories import NOW, make_channel, make_draft, make_workspace

TEAM = "T0SANDBOX"
HOUR = timedelta(hours=1)
# What follows hangs on no database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Clock:
    """A clock that stands until it is moved."""

    now = NOW

    def __call__(self):
        return self.now


class Scene:
    """A channel with a reviewer group in a Slack of its own."""

    def __init__(self, database, sandbox, *, asks_per_day=2):
        settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
        self.database, self.sandbox, self.clock = database, sandbox, Clock()
        self.durable = Durable(database, executor_id="test")
        self.messenger = Messenger(Clients(settings, database), database=database, posts_per_second=1_000)
        self.reviewers = Reviewers(
            database,
            groups=UserGroups(Clients(settings, database)),
            budget=Budget(asks_per_day=asks_per_day),
            address_book=AddressBook(database, clock=self.clock),
            durable=self.durable,
            messenger=self.messenger,
            clock=self.clock,
        )

    async def begin(self, people, *, per_draft=1, absent=()):
        """Put people into a channel (`absent`: not) and all of them into its group of reviewers."""
        self.requester = self.sandbox.add_person("Requester")
        self.people = {name: self.sandbox.add_person(name) for name in people}
        present = [person for name, person in self.people.items() if name not in absent]
        self.channel = self.sandbox.add_channel("launch", members=[self.requester, *present])
        everybody = [self.requester, *self.people.values()]
        group = self.sandbox.add_group("writers", members=everybody)
        async with self.database.begin() as unit:
            await make_workspace(unit, TEAM)
            await make_channel(
                unit,
                self.channel.id,
                workspace_id=TEAM,
                reviewer_group=group.id,
                reviewers_per_draft=per_draft,
            )

    async def draft(self, **columns):
        message = await self.requester.say(self.channel, "The draft's message.")
        async with self.database.begin() as unit:
            made = await make_draft(
                unit,
                workspace_id=TEAM,
                channel_id=self.channel.id,
                requester_id=self.requester.user_id,
                ts=message.ts,
                **columns,
            )
        self.message = message
        return made.id

    async def review(self, **columns):
        """Have a new draft reviewed; return its id and the names of those who were asked, as the thread shows it."""
        draft_id = await self.draft(**columns)
        if await self.reviewers.choose(draft_id):
            await self.reviewers.post(draft_id, FIRST)
        return draft_id, self.named()

    def named(self, request=-1):
        """The names in a request in the latest draft's thread."""
        replies = self.sandbox.messages(self.channel, thread=self.message)
        if not replies:
            return []
        return [name for name, person in self.people.items() if person.user_id in replies[request].text]

    async def answers(self, draft_id):
        async with self.database.read() as unit:
            asked = await unit.asks.reviews_of(draft_id)
        names = {person.user_id: name for name, person in self.people.items()}
        return {names[ask.user_id]: ask.answer for ask in asked}

    def press(self, name, draft_id, round_of=FIRST):
        user_id = self.people[name].user_id
        return {"user_id": user_id, "draft_id": draft_id, "round_of": round_of}


@pytest.fixture
async def open_scene(database):
    opened = []

    async def begin(people=("Ana", "Ben", "Cem"), *, asks_per_day=2, **more):
        sandbox = Sandbox()
        await sandbox.start()
        scene = Scene(database, sandbox, asks_per_day=asks_per_day)
        opened.append(scene)
        await scene.durable.ensure_tables()
        await scene.begin(people, **more)
        return scene

    yield begin
    for scene in opened:
        await scene.durable.close()
        await scene.messenger.close()
        await scene.reviewers._groups._caller.clients.close()
        await scene.sandbox.stop()


async def test_reviewers_who_are_there_are_asked_by_name_once(open_scene):
    scene = await open_scene(per_draft=2, absent=("Cem",))

    draft_id, names = await scene.review()
    again = await scene.reviewers.choose(draft_id)
    await scene.reviewers.post(draft_id, FIRST)

    assert names == ["Ana", "Ben"]
    assert again == 2
    assert len(scene.sandbox.messages(scene.channel, thread=scene.message)) == 1
    assert scene.requester.user_id not in scene.sandbox.messages(scene.channel, thread=scene.message)[0].text


async def test_nobody_is_asked_more_than_their_budget_allows(open_scene):
    scene = await open_scene(people=("Ana", "Ben"))

    names = [name for _ in range(5) for name in (await scene.review())[1]]
    scene.clock.now += timedelta(days=1)
    tomorrow = (await scene.review())[1]

    assert Counter(names) == {"Ana": 2, "Ben": 2}
    assert len(tomorrow) == 1


@on_sqlite
async def test_some_are_never_asked(open_scene):
    people = ("Bot", "Gone", "Out", "Quiet", "Stranger", "Heard", "Ana")
    scene = await open_scene(people=people, per_draft=7)
    scene.people["Bot"].member.is_bot = True
    scene.people["Gone"].member.deleted = True
    scene.people["Stranger"].member.team_id = "T0OTHER"
    draft_id = await scene.draft()
    async with scene.database.begin() as unit:
        await unit.members.opt_out(TEAM, user_id=scene.people["Out"].user_id)
        await unit.members.stop_asking(TEAM, user_id=scene.people["Quiet"].user_id)
        unit._session.add(_opinion(draft_id, scene.people["Heard"].user_id))

    await scene.reviewers.choose(draft_id)

    assert await scene.answers(draft_id) == {"Ana": None}


async def test_not_now_passes_to_the_next_in_turn_once(open_scene):
    scene = await open_scene()
    draft_id, (first,) = await scene.review()

    text, _ = await scene.reviewers.not_now(TEAM, **scene.press(first, draft_id))
    await scene.reviewers.show(draft_id, FIRST)
    shown = scene.named()
    scene.clock.now += HOUR
    for _ in range(2):
        await scene.reviewers.pass_on(draft_id, scene.people[first].user_id)
    (second,) = set(await scene.answers(draft_id)) - {first}
    await scene.reviewers.post(draft_id, scene.people[second].user_id)
    named = scene.named()
    await scene.reviewers.not_now(TEAM, **scene.press(second, draft_id, scene.people[second].user_id))

    assert "Nobody needs to look" in text
    assert (shown, named) == ([], [second])
    assert await scene.answers(draft_id) == {first: "passed_on", second: "not_now"}
    asked = await scene.durable._list(name="pass_review")
    assert len(asked) == 1


@on_sqlite
async def test_stop_asking_holds_from_then_on_and_leaves_the_others_asked(open_scene):
    scene = await open_scene(per_draft=2)
    draft_id, (one, other) = await scene.review()

    text, blocks = await scene.reviewers.stop(TEAM, **scene.press(one, draft_id))
    asked = [name for _ in range(3) for name in (await scene.review())[1]]

    assert scene.people[one].user_id not in text
    assert scene.people[other].user_id in text
    assert len(blocks) == 2
    assert one not in asked


@on_sqlite
async def test_the_buttons_are_only_for_those_who_are_asked(open_scene):
    scene = await open_scene()
    draft_id, (first,) = await scene.review()
    other = next(name for name in scene.people if name != first)

    with pytest.raises(NotAReviewer):
        await scene.reviewers.not_now(TEAM, **scene.press(other, draft_id))
    with pytest.raises(NotAReviewer):
        await scene.reviewers.stop("T0OTHER", **scene.press(first, draft_id))

    assert await scene.answers(draft_id) == {first: None}


@on_sqlite
async def test_an_opinion_answers_the_request(open_scene):
    scene = await open_scene(per_draft=2)
    draft_id, (one, other) = await scene.review()
    user_id = scene.people[one].user_id
    async with scene.database.read() as unit:
        before = await unit.asks.open_of(TEAM, user_id=user_id, since=NOW - HOUR)

    async with scene.database.begin() as unit:
        unit._session.add(_opinion(draft_id, user_id))
    text, _ = await scene.reviewers.not_now(TEAM, **scene.press(other, draft_id))

    async with scene.database.read() as unit:
        assert len(before) == 1
        assert await unit.asks.open_of(TEAM, user_id=user_id, since=NOW - HOUR) == []
    assert "Nobody needs to look" in text


@on_sqlite
async def test_a_channel_without_reviewers_has_nobody_asked(open_scene):
    scene = await open_scene()
    async with scene.database.begin() as unit:
        channel = await unit.channels.get(TEAM, channel_id=scene.channel.id)
        channel.reviewer_group = None
    draft_id = await scene.draft()

    await scene.reviewers.call(draft_id)

    assert await scene.reviewers.choose(draft_id) == 0
    assert await scene.durable._list(name="ask_reviewers") == []


@on_sqlite
async def test_turns_go_round_over_many_drafts(open_scene):
    people = [f"Reviewer {number}" for number in range(8)]
    scene = await open_scene(people, asks_per_day=100)
    asked = Counter()

    for _ in range(10):
        draft_id = await scene.draft()
        await scene.reviewers.choose(draft_id)
        asked.update(list(await scene.answers(draft_id)))
        scene.clock.now += timedelta(hours=2)

    assert set(asked.values()) == {1, 2}
    assert set(asked) == set(people)


def _opinion(draft_id, user_id):
    return Opinion(
        draft_id=draft_id,
        user_id=user_id,
        slot="vote",
        workspace_id=TEAM,
        dimension="vote",
        kind="reaction",
        value="positive",
        signal_id="s",
        event_us=1,
    )
