"""One new correction against an older style of its place: how much it counts depends on who wanted the older one."""

from datetime import timedelta

import pytest

from bot.learning.scopes import Scope
from tests.factories import make_member

HERE = Scope("C1", "plain")
ANA, BEN, CLEO, DAN, EVA = range(5)
PLAIN, MERRY = "We shipped the release.", "We shipped the release 🎉."
# What follows hangs on no database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def want_emoji(house, *people):
    """Let people put emoji into one draft each."""
    for person in people:
        await house.rewrite(MERRY, draft=PLAIN, by=person)
        await house.learner.catch_up(house.team)


async def want_none(house, *people):
    """Let people take the emoji out of one draft each."""
    for person in people:
        await house.rewrite(PLAIN, draft=MERRY, by=person)
        await house.learner.catch_up(house.team)


async def polls(house):
    """Return the questions to the channel."""
    async with house.database.read() as unit:
        return await unit.polls.of_channel(
            house.team, channel_id="C1", opened_since=house.now - timedelta(days=1)
        )


@pytest.fixture
async def habit(house):
    """A channel in which Ana alone wanted emoji, six times, months ago; few drafts came since."""
    await want_emoji(house, *[ANA] * 6)
    house.now += timedelta(days=150)
    assert await house.rules() == ["Use emoji."]
    return house


@pytest.fixture
async def agreed(house):
    """A channel in which three people put emoji in, lately and twice each."""
    await want_emoji(house, *[ANA, BEN, CLEO] * 2)
    async with house.database.begin() as unit:
        house.people.append("U0EVA")
        await make_member(unit, "U0EVA", workspace_id=house.team)
    return house


async def test_who_made_a_rule_and_now_edits_otherwise_is_followed_by_the_very_next_draft(habit):
    await want_none(habit, ANA)

    assert await habit.rules() == ["No emoji."]
    assert ("Use emoji.", "retired", "outweighed", HERE) in await habit.kept()
    assert await polls(habit) == []


@on_sqlite
async def test_so_is_who_says_in_words_that_they_changed_their_mind(habit):
    await habit.teach("No emoji, please.", by=ANA)

    assert await habit.rules() == ["No emoji."]


@on_sqlite
async def test_with_a_change_of_mind_others_may_agree_and_nobody_is_left_on_the_other_side(habit):
    await want_none(habit, BEN, ANA)

    assert await habit.rules() == ["No emoji."]
    assert await polls(habit) == []


async def test_one_edit_of_somebody_else_settles_nothing_against_one_persons_habit(habit):
    await want_none(habit, BEN)

    assert await habit.rules() == []  # Neither is forced on the next draft: its examples show both.
    assert ("Use emoji.", "proposed", "evidence", HERE) in await habit.kept()
    assert await polls(habit) == []


@on_sqlite
async def test_the_habit_holds_again_when_its_owner_insists(habit):
    await want_none(habit, BEN)

    await want_emoji(habit, ANA)

    assert await habit.rules() == ["Use emoji."]


async def test_a_second_voice_settles_it(habit):
    await want_none(habit, BEN, CLEO)

    assert await habit.rules() == ["No emoji."]
    assert ("Use emoji.", "retired", "outweighed", HERE) in await habit.kept()


@on_sqlite
async def test_who_objects_in_words_or_twice_has_the_channel_asked_and_the_poll_settles_it(habit):
    await habit.teach("No emoji, please.", by=BEN)

    (poll,) = await polls(habit)
    assert await habit.rules() == []
    assert {one[:3] for one in await habit.kept()} == {
        ("Use emoji.", "proposed", "poll"),
        ("No emoji.", "proposed", "poll"),
    }

    winner = "first" if poll.first_rule_id == (await habit.rule("No emoji.")).id else "second"
    await habit.decisions.settle_poll(poll.id, outcome=winner)

    assert await habit.rules() == ["No emoji."]


@on_sqlite
async def test_a_second_edit_of_who_objects_has_the_channel_asked_too(habit):
    await want_none(habit, BEN, BEN)

    assert await habit.rules() == []
    assert len(await polls(habit)) == 1


async def test_one_edit_does_not_flip_what_three_agree_on(agreed):
    await want_none(agreed, DAN)

    assert await agreed.rules() == ["Use emoji."]
    assert await polls(agreed) == []


@on_sqlite
@pytest.mark.parametrize("edits", [3, 10])
async def test_nor_do_many_edits_of_one_person(agreed, edits):
    await want_none(agreed, *[DAN] * edits)

    assert await agreed.rules() == ["Use emoji."]
    assert await polls(agreed) == []


@on_sqlite
async def test_nor_does_one_persons_wish_in_words(agreed):
    await agreed.teach("No emoji, please.", by=DAN)

    assert await agreed.rules() == ["Use emoji."]


@on_sqlite
async def test_one_of_the_three_who_changes_their_mind_alone_does_not_flip_it_either(agreed):
    await want_none(agreed, CLEO)

    assert await agreed.rules() == ["Use emoji."]


async def test_two_who_say_otherwise_have_the_channel_asked(agreed):
    await agreed.teach("No emoji, please.", by=DAN)
    await agreed.teach("Without emoji.", by=EVA)

    assert await agreed.rules() == []
    assert len(await polls(agreed)) == 1


@on_sqlite
async def test_both_wait_and_each_is_told(habit):
    await want_none(habit, BEN)

    assert {one[:3] for one in await habit.kept()} == {
        ("Use emoji.", "proposed", "evidence"),
        ("No emoji.", "proposed", "evidence"),
    }
