"""A correction teaches a rule, the next draft follows it, one press undoes it, and the draft after that does not."""

from copy import deepcopy

import pytest

from handlers.cli.demo.telling import readable
from tests.scenarios.house import open_house
from tests.scenarios.learned import can_press, live_rules, rules_seen_by, seen

BRIEF = "Tell the team that the release moved to Thursday"
LATER = "Announce that the office is closed on Monday"
LAST = "Announce that lunch is at noon"
WISH = "No emoji, please."
RULE = "No emoji."


@pytest.fixture
async def taught_house(database_url, tmp_path):
    """A house of each kind: on SQLite by socket, on PostgreSQL over HTTP."""
    way = "http" if database_url.startswith("postgresql") else "socket"
    async with open_house(database_url, tmp_path, way=way) as opened:
        yield opened


async def taught(house, draft, *, by, words=WISH):
    """Have somebody wish something in a draft's thread; return the reply and the note about what it taught."""
    before = len(house.notes(draft))
    reply = await by.say(house.channel, words, thread=draft)
    (note,) = (await house.until(lambda: house.notes(draft)[before:]))[:1]
    return reply, note


async def test_what_was_learned_is_told_followed_undone_and_not_followed_any_more(taught_house):
    house = taught_house
    first = await house.ask(house.ana, BRIEF)
    assert "👋" in readable(first)

    _, note = await taught(house, first, by=house.ben)
    said = seen(house, note)
    second = await house.ask(house.ana, LATER)
    await house.settled()
    before = await rules_seen_by(house, second)

    await house.ben.press(house.sandbox.message(house.channel, ts=note.ts), "learned_undo")
    await house.until(lambda: "Undone:" in seen(house, note))
    third = await house.ask(house.ana, LAST)
    await house.settled()

    assert "*Learned:*" in said
    assert f"“{RULE}”" in said
    assert f"<#{house.channel.id}>" in said
    assert (before, "👋" in readable(second)) == ([RULE], False)
    assert not can_press(house, note, "learned_undo")
    assert told(house, house.ben, "Undone.")
    assert (await rules_seen_by(house, third), "👋" in readable(third)) == ([], True)
    assert len(house.notes(first)) == 1


async def test_what_is_known_is_not_told_again_and_who_did_not_teach_it_is_only_a_voice_against(house):
    first = await house.ask(house.ana, BRIEF)
    _, note = await taught(house, first, by=house.ben)

    second = await house.ask(house.ana, LATER)
    await house.chloe.say(house.channel, WISH, thread=second)
    await house.chloe.say(house.channel, "Thanks, looks good!", thread=second)
    await house.settled()
    await house.ana.press(note, "learned_undo")
    await house.until(lambda: told(house, house.ana, "voice against"))
    await house.settled()
    opposed = seen(house, note)
    await house.chloe.press(note, "learned_undo")  # An admin may.
    await house.until(lambda: "Undone:" in seen(house, note))

    assert house.notes(second) == []
    assert "Undone:" not in opposed
    assert RULE not in await live_rules(house)


async def test_a_rule_that_is_too_broad_is_narrowed_and_forged_presses_change_nothing(house):
    first = await house.ask(house.ana, BRIEF)
    _, note = await taught(house, first, by=house.ben)
    forged = deepcopy(note.blocks)

    for value in (" ", "nonsense", ":".join(["f" * 32] * 3)):
        forge(note, value)
        await house.ben.press(note, "learned_undo")
        await house.ben.press(note, "learned_too_broad")
    await house.until(lambda: len(told(house, house.ben, "not there any more")) == 6)
    note.blocks = forged
    await house.ben.press(note, "learned_too_broad")
    modal = await house.ben.next_view()
    await house.ben.submit(modal, {"scope": {"scope": "mine"}})
    await house.until(lambda: f"<@{house.ben.user_id}> asks for" in seen(house, note))
    others = await house.ask(house.ana, LATER)
    own = await house.ask(house.ben, LAST)
    await house.settled()

    assert await rules_seen_by(house, others) == []
    assert await rules_seen_by(house, own) == [RULE]


async def test_a_note_follows_its_correction(house):
    first = await house.ask(house.ana, BRIEF)
    reply, note = await taught(house, first, by=house.ben)

    await house.ben.edit(reply, "No greeting, please.")
    await house.until(lambda: "No greeting." in seen(house, note))
    await house.ben.delete(reply)
    await house.until(lambda: "taken back since" in seen(house, note))
    await house.settled()

    assert await live_rules(house) == {}
    assert len(house.notes(first)) == 1


async def test_an_admin_says_yes_or_no_where_the_channel_wants_that(house):
    async with house.services.database.begin() as unit:
        channel = await unit.channels.ensure(house.sandbox.team_id, channel_id=house.channel.id)
        channel.rules_need_admin = True
    first = await house.ask(house.ana, BRIEF)

    _, note = await taught(house, first, by=house.ben)
    waiting = seen(house, note)
    (question,) = await house.until(lambda: house.sandbox.messages(house.admins))
    await house.ben.press(question, "learned_approve")
    await house.until(lambda: told(house, house.ben, "Only admins", channel=house.admins))
    states = await live_rules(house)
    await house.chloe.press(question, "learned_approve")
    await house.until(lambda: "Learned:" in seen(house, note))
    second = await house.ask(house.ana, LATER)
    followed = await rules_seen_by(house, second)
    _, refused = await taught(house, second, by=house.ben, words="No greeting, please.")
    (other,) = await house.until(lambda: house.sandbox.messages(house.admins)[1:])
    await house.chloe.press(other, "learned_dismiss")
    await house.until(lambda: "No rule any more" in seen(house, refused))
    await house.settled()

    assert "an admin decides" in waiting
    assert RULE in str(question.blocks)
    assert states == {RULE: "proposed"}
    assert f"Approved by <@{house.chloe.user_id}>" in seen(house, question)
    assert f"Dismissed by <@{house.chloe.user_id}>" in seen(house, other)
    assert followed == [RULE]
    assert await live_rules(house) == {RULE: "active"}


def told(house, person, words, *, channel=None):
    """The notes that only this person sees and that hold these words."""
    return [one for one in person.ephemerals(channel or house.channel) if words in one.text]


def forge(message, value):
    """Let every button of a message carry something else."""
    for block in message.blocks:
        for element in block.get("elements", []):
            element["value"] = value
