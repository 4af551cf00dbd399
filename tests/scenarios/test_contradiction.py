"""Two people want opposite things in one place: the channel is asked, and what it says is followed."""

from datetime import timedelta

import pytest

from handlers.cli.demo.telling import readable
from tests.scenarios.house import open_house
from tests.scenarios.learned import can_press, live_rules, rules_seen_by, seen

BRIEF = "Tell the team that the release moved to Thursday"
ONE, OTHER = "Cheers, the team.", "All the best."
TWO_DAYS = timedelta(days=2, seconds=1)


@pytest.fixture
async def torn_house(database_url, tmp_path):
    way = "http" if database_url.startswith("postgresql") else "socket"
    async with open_house(database_url, tmp_path, way=way) as opened:
        yield opened


def polls(house):
    return [
        one for one in house.sandbox.messages(house.channel) if "corrected them both ways" in str(one.blocks)
    ]


async def contradict(house):
    """Let two people wish for opposite endings of one draft; return the poll about it."""
    draft = await house.ask(house.ana, BRIEF)
    await house.ben.say(house.channel, f'End with "{ONE}"', thread=draft)
    await house.settled()
    await house.chloe.say(house.channel, f'End with "{OTHER}"', thread=draft)
    (poll,) = await house.until(lambda: polls(house))
    await house.settled()
    return poll


async def test_a_contradiction_is_settled_by_a_poll_and_the_next_draft_follows(torn_house):
    house = torn_house
    poll = await contradict(house)
    wanted, other = sides_of(poll)
    undecided = await live_rules(house)
    meanwhile = await house.ask(house.ana, "Announce that the office is closed on Monday")
    await house.settled()

    await house.ana.press(poll, other)
    await house.ana.press(poll, wanted)  # Second thoughts.
    await house.chloe.press(poll, other)
    await house.until(lambda: "2 votes so far" in seen(house, poll))
    await house.ben.press(poll, wanted)
    await house.until(lambda: "Settled:" in seen(house, poll))
    await house.settled()
    follows = await house.ask(house.ana, "Announce that lunch is at noon")

    assert set(undecided.values()) == {"proposed"}
    assert await rules_seen_by(house, meanwhile) == []
    assert "n = 3" in seen(house, poll)
    assert list((await live_rules(house)).values()) == ["active"]
    assert ONE in readable(follows)
    assert OTHER not in readable(follows)
    assert [
        one for one in house.notes(house.drafts()[0]) if "the channel decided otherwise" in seen(house, one)
    ]
    assert [one for one in house.notes(house.drafts()[0]) if "Learned:" in seen(house, one)]


async def test_a_poll_without_enough_votes_closes_by_itself_and_leaves_it_open(house):
    poll = await contradict(house)
    await house.ben.press(poll, "rule_poll_first")
    await house.until(lambda: "1 vote so far" in seen(house, poll))

    house.clock.jump_to(house.clock() + TWO_DAYS)
    await house.until(lambda: "Too few people voted" in seen(house, poll))
    await house.settled()

    assert "active" not in (await live_rules(house)).values()
    assert not can_press(house, poll, "rule_poll_first")


async def test_undoing_one_side_ends_the_poll(house):
    poll = await contradict(house)
    note = next(one for one in house.notes(house.drafts()[0]) if can_press(house, one, "learned_undo"))

    await house.chloe.press(note, "learned_undo")
    house.clock.jump_to(house.clock() + timedelta(minutes=1))
    await house.until(lambda: "Nothing to decide any more" in seen(house, poll))

    assert not can_press(house, poll, "rule_poll_first")


def sides_of(poll):
    """The buttons that mean the one and the other ending."""
    first = next(line for line in readable(poll).splitlines() if line.startswith("1."))
    buttons = ["rule_poll_first", "rule_poll_second"]
    return buttons if ONE in first else buttons[::-1]
