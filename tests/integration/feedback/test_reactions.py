import asyncio

import pytest

from bot.errors import Transient
from bot.feedback.acts import Recorded, Touch, Unchanged
from bot.feedback.budget import Budget
from bot.feedback.ledger import Ledger
from bot.feedback.reactions import Reactions
from bot.feedback.recorder import Recorder
from bot.runtime.durable import Durable
from tests.factories import CHANNEL, NOW, USER, WORKSPACE, make_draft, make_message, make_workspace

JUST_NOW = f"{int(NOW.timestamp())}.000100"
EARLIER = f"{int(NOW.timestamp()) - 60}.000100"


@pytest.fixture
async def reactions(database):
    async with database.begin() as unit:
        await make_workspace(unit, settings={"emoji": {"eyes": "positive"}})
    durable = Durable(database, executor_id="test")
    recorder = Recorder(Ledger(), durable=durable, budget=Budget(asks_per_day=0))
    yield Reactions(database, recorder=recorder, clock=lambda: NOW)
    await durable.close()


def touch(ts, *, number=1):
    return Touch(WORKSPACE, f"Ev{number}", int(NOW.timestamp()) * 1_000_000 + number, CHANNEL, ts, USER)


async def test_a_reaction_waits_for_a_draft_that_slack_shows_before_we_have_noted_it(database, reactions):
    async with database.begin() as unit:
        draft = await make_draft(unit, text=None, state="asked")

    with pytest.raises(Transient):
        await reactions.record(touch(JUST_NOW), emoji="+1", added=True)
    async with database.begin() as unit:
        await make_message(unit, draft, ts=JUST_NOW)
    outcome = await reactions.record(touch(JUST_NOW), emoji="+1", added=True)

    assert isinstance(outcome, Recorded)


async def test_a_reaction_on_an_older_message_waits_for_nothing(database, reactions):
    async with database.begin() as unit:
        await make_draft(unit, text=None, state="asked")

    outcome = await reactions.record(touch(EARLIER), emoji="+1", added=True)

    assert outcome == Unchanged("not_a_draft")


async def test_an_emoji_of_the_workspaces_own_map_counts_and_is_taken_back_when_the_map_has_changed(
    database, reactions
):
    async with database.begin() as unit:
        draft = await make_draft(unit, ts=JUST_NOW)
    await reactions.record(touch(JUST_NOW), emoji="eyes", added=True)
    async with database.begin() as unit:
        (await unit.workspaces.get(WORKSPACE)).settings = {}

    await reactions.record(touch(JUST_NOW, number=2), emoji="eyes", added=False)

    async with database.read() as unit:
        assert [one.status for one in await unit.feedback.signals_of_draft(draft.id)] == ["withdrawn"] * 2


async def together(reactions, *changes):
    return await asyncio.gather(
        *(reactions.record(where, emoji=emoji, added=added) for where, emoji, added in changes)
    )


async def test_an_event_that_comes_twice_at_the_same_moment_counts_once(database, reactions):
    async with database.begin() as unit:
        draft = await make_draft(unit, ts=JUST_NOW)

    first, again = await together(reactions, (touch(JUST_NOW), "+1", True), (touch(JUST_NOW), "+1", True))

    assert isinstance(first, Recorded)
    assert again == Unchanged("known_already")
    async with database.read() as unit:
        assert (await unit.feedback.find_standing(draft.id)).positives == 1


async def test_a_vote_that_is_changed_and_taken_back_at_the_same_moment_leaves_nothing(database, reactions):
    async with database.begin() as unit:
        draft = await make_draft(unit, ts=JUST_NOW)

    await together(
        reactions,
        (touch(JUST_NOW, number=1), "+1", True),
        (touch(JUST_NOW, number=2), "+1", False),
        (touch(JUST_NOW, number=3), "-1", True),
        (touch(JUST_NOW, number=4), "-1", False),
    )

    async with database.read() as unit:
        standing = await unit.feedback.find_standing(draft.id)
        signals = await unit.feedback.signals_of_draft(draft.id)
    assert (standing.positives, standing.negatives, standing.verdict) == (0, 0, "open")
    assert sorted((one.act, one.status) for one in signals) == [
        ("set", "withdrawn"),
        ("set", "withdrawn"),
        ("withdraw", "withdrawn"),
        ("withdraw", "withdrawn"),
    ]


async def test_votes_on_a_draft_and_on_talk_beside_it_come_together(database, reactions):
    async with database.begin() as unit:
        draft = await make_draft(unit, ts=JUST_NOW)

    outcomes = await together(
        reactions, (touch(EARLIER, number=1), "+1", True), (touch(JUST_NOW, number=2), "-1", True)
    )

    assert outcomes[0] == Unchanged("not_a_draft")
    async with database.read() as unit:
        assert (await unit.feedback.find_standing(draft.id)).negatives == 1
