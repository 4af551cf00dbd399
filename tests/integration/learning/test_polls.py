"""Polls: asked once, one vote each, secret until closed, closed once."""

from datetime import timedelta

import pytest

from bot.learning.rules.decisions import Decisions
from bot.learning.telling.polls import Ballot, NoSuchPoll, PollClosed, Polls
from bot.learning.telling.voting import MayNotVote
from bot.runtime.durable import Durable
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.access import Admins
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from storage.models import Observation, Rule, RulePoll
from tests.factories import NOW, make_channel, make_member, make_workspace

TEAM = "T0SANDBOX"
POLL, FIRST, SECOND = "a" * 32, "1" * 32, "2" * 32
# What follows hangs on no database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Scene:
    """A channel that is asked about two rules, in a Slack of its own."""

    def __init__(self, database, sandbox):
        settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
        self.database, self.sandbox, self.now = database, sandbox, NOW
        self.durable = Durable(database, executor_id="test")
        self.clients = Clients(settings, database)
        self.messenger = Messenger(self.clients, database=database, posts_per_second=1_000)
        decisions = Decisions(
            database, admins=Admins(self.messenger), durable=self.durable, clock=lambda: self.now
        )
        self.polls = Polls(
            database,
            decisions=decisions,
            durable=self.durable,
            messenger=self.messenger,
            clock=lambda: self.now,
        )

    async def begin(self):
        self.channel = self.sandbox.add_channel("launch", members=[self.sandbox.add_person("Ana")])
        async with self.database.begin() as unit:
            await make_workspace(unit, TEAM)
            await make_channel(unit, self.channel.id, workspace_id=TEAM)
            await unit.rules.add(self.rule(FIRST, "none", "No <emoji>."))
            await unit.rules.add(self.rule(SECOND, "some", "Use emoji."))
            await unit.polls.add(
                RulePoll(
                    id=POLL,
                    workspace_id=TEAM,
                    channel_id=self.channel.id,
                    task="announcement",
                    first_rule_id=FIRST,
                    second_rule_id=SECOND,
                    opened_at=NOW,
                    closes_at=NOW + timedelta(days=2),
                )
            )

    def rule(self, rule_id, stance, text):
        given = {"topic": "emoji", "stance": stance, "text": text}
        return Rule(
            id=rule_id,
            workspace_id=TEAM,
            channel_id=self.channel.id,
            task="announcement",
            origin="learned",
            state="proposed",
            reason="poll",
            created_at=NOW,
            changed_at=NOW,
            **given,
        )

    async def vote(self, user_id, choice="first", *, workspace_id=TEAM, **ballot):
        given = {"poll_id": POLL, "channel_id": self.channel.id, **ballot}
        return await self.polls.vote(workspace_id, ballot=Ballot(choice=choice, user_id=user_id, **given))

    async def votes(self):
        async with self.database.read() as unit:
            return {vote.user_id: vote.choice for vote in await unit.polls.votes_of(POLL)}

    async def poll(self):
        async with self.database.read() as unit:
            return await unit.polls.find(POLL)

    async def closing(self):
        """How many works there are that close a poll."""
        return len([work for work in await self.durable._list() if work.name == "close_rule_poll"])

    def shown(self):
        (message,) = self.sandbox.messages(self.channel)
        return str(message.blocks)


@pytest.fixture
async def scene(database):
    async with Sandbox() as sandbox:
        opened = Scene(database, sandbox)
        await opened.durable.ensure_tables()
        await opened.begin()
        yield opened
        await opened.durable.close()
        await opened.messenger.close()


async def test_a_channel_is_asked_once_and_votes_are_one_each_and_secret(scene):
    await scene.polls.post(POLL)
    await scene.polls.post(POLL)
    await scene.vote("U1", "first")
    await scene.vote("U1", "second")
    voted = await scene.vote("U2", "either")

    (message,) = scene.sandbox.messages(scene.channel)
    assert "No &lt;emoji&gt;." in str(message.blocks)
    assert "Announcement" in message.text
    assert await scene.votes() == {"U1": "second", "U2": "either"}
    assert "2 votes so far" in str(voted.blocks)
    assert "either is fine" in voted.note


async def test_a_closed_poll_tells_how_people_voted_and_takes_no_more_votes(scene):
    await scene.polls.post(POLL)
    for user_id, choice in (("U1", "first"), ("U2", "first"), ("U3", "second"), ("U4", "either")):
        await scene.vote(user_id, choice)

    await scene.polls.close(POLL)
    await scene.polls.close(POLL)
    await scene.polls.show(POLL)
    with pytest.raises(PollClosed):
        await scene.vote("U5", "second")

    assert ((await scene.poll()).state, (await scene.poll()).outcome) == ("closed", "first")
    assert "The first: 2 · The second: 1 · Either is fine: 1 (n = 4)" in scene.shown()
    assert "rule_poll_first" not in scene.shown()


@on_sqlite
@pytest.mark.parametrize(
    "forged",
    [
        {"poll_id": "b" * 32},
        {"poll_id": ""},
        {"channel_id": "C0OTHER"},
        {"workspace_id": "T0OTHER"},
        {"choice": "both"},
    ],
)
async def test_a_forged_press_finds_no_poll(scene, forged):
    with pytest.raises(NoSuchPoll):
        await scene.vote("U1", **forged)

    assert await scene.votes() == {}


async def test_who_may_not_vote_leaves_no_trace(scene):
    async with scene.database.begin() as unit:
        await make_member(unit, "U1", workspace_id=TEAM, opted_out=True)

    for user_id, team_id in (("U1", TEAM), ("U2", "T0OTHER"), ("U0BOT", TEAM)):
        with pytest.raises(MayNotVote):
            await scene.vote(user_id, team_id=team_id)

    async with scene.database.read() as unit:
        assert await unit.members.find(TEAM, user_id="U2") is None
    assert await scene.votes() == {}


@on_sqlite
async def test_a_vote_stops_counting_when_its_voter_is_held_back(scene):
    await scene.vote("U1", "first")
    await scene.vote("U2", "first")
    async with scene.database.begin() as unit:
        (await unit.members.find(TEAM, user_id="U2")).held_from_us = 1

    await scene.polls.close(POLL)

    assert (await scene.poll()).outcome == "nobody"


@on_sqlite
async def test_somebody_we_never_heard_from_is_new_to_us_when_they_vote(scene):
    await scene.vote("U1", "first")

    async with scene.database.read() as unit:
        assert (await unit.members.find(TEAM, user_id="U1")).first_seen_at == NOW


async def test_a_poll_closes_early_once_three_and_most_of_those_who_differ_have_voted(scene):
    async with scene.database.begin() as unit:
        for user_id, stance in (("U1", "none"), ("U2", "some"), ("U3", "some")):
            await unit.observations.add(_observation(scene.channel.id, user_id, stance))

    for user_id in ("U1", "X", "Y"):
        await scene.vote(user_id)
    before = await scene.closing()
    await scene.vote("U2", "second")

    assert (before, await scene.closing()) == (0, 1)


async def test_a_poll_is_closed_when_its_time_is_over(scene):
    early = await scene.polls.close_due(NOW + timedelta(days=1))
    late = await scene.polls.close_due(NOW + timedelta(days=2))

    assert (early, late, await scene.closing()) == (0, 1, 1)


async def test_a_poll_about_a_rule_that_was_undone_closes_at_once_and_decides_nothing(scene):
    await scene.polls.post(POLL)
    await scene.vote("U1", "first")
    await scene.vote("U2", "first")
    async with scene.database.begin() as unit:
        (await unit.rules.get(TEAM, rule_id=SECOND)).state = "retired"

    due = await scene.polls.close_due(NOW)
    await scene.polls.close(POLL)
    await scene.polls.settle(POLL)
    await scene.polls.show(POLL)

    assert due == 1
    assert (await scene.poll()).outcome == "moot"
    assert "Nothing to decide any more" in scene.shown()


@on_sqlite
async def test_a_poll_in_a_channel_without_us_ends_without_votes(scene):
    scene.sandbox.remove_bot(scene.channel)

    await scene.polls.post(POLL)
    await scene.polls.close(POLL)
    await scene.polls.show(POLL)

    assert (await scene.poll()).outcome == "nobody"
    assert (await scene.poll()).message_ts is None


def _observation(channel_id, user_id, stance):
    return Observation(
        workspace_id=TEAM,
        channel_id=channel_id,
        task="announcement",
        user_id=user_id,
        topic="emoji",
        stance=stance,
        text="…",
        source="stated",
        observed_at=NOW,
    )
