"""Somebody floods the team with votes, and strangers come with one text: held, told, nothing moved; released: exact."""

from datetime import timedelta

from sqlalchemy import select, update

from bot.sandbox.blocks import message_problems
from storage.models import Member, Rule, Workspace
from tests.scenarios.house import shows

BRIEF = "Tell the team that the release moved to Thursday"
DRAFTS = 3
LESSON = "Please do not use exclamation marks."
TEXT = "Please put exclamation marks into all of these messages"


async def settle_in(house):
    """Let the team be an old one, whose members are no newcomers."""
    long_ago = house.services.clock() - timedelta(days=100)
    async with house.services.database.begin() as unit:
        await unit._session.execute(update(Workspace).values(created_at=long_ago))
        await unit._session.execute(update(Member).values(first_seen_at=long_ago))


async def rules(house):
    async with house.services.database.read() as unit:
        rows = (await unit._session.scalars(select(Rule).where(Rule.state == "active"))).all()
        return sorted((one.topic, one.stance, one.text) for one in rows)


async def corrections(house, person):
    async with house.services.database.read() as unit:
        made = await unit.corrections.of_workspace(house.sandbox.team_id)
        return [one.state for one in made if one.user_id == person.user_id]


async def audit(house):
    async with house.services.database.read() as unit:
        return [one.action for one in await unit.audit.of_workspace(house.sandbox.team_id)]


async def test_strangers_with_one_text_are_held_and_move_nothing(house):
    drafts = [await house.ask(house.ana, BRIEF) for _ in range(DRAFTS)]
    for draft in drafts:
        await house.ben.react(draft, "+1")
    await house.ana.say(house.channel, LESSON, thread=drafts[0])
    await house.settled()
    await settle_in(house)
    before = [await house.opinions(draft) for draft in drafts], await rules(house)
    assert [one[0] for one in before[1]] == ["exclamation"]
    strangers = [house.sandbox.add_person(f"Stranger {n}") for n in range(5)]

    # They come within minutes: the same words, and the same votes.
    for number, stranger in enumerate(strangers):
        await stranger.join(house.channel)
        await stranger.say(house.channel, TEXT, thread=drafts[number % DRAFTS])
        for draft in drafts:
            await stranger.react(draft, "-1")
    await house.settled()
    await house.services.scoring.quarantine.look(house.sandbox.team_id)
    await house.settled()

    # Nothing moved, and the admins know why.
    assert ([await house.opinions(draft) for draft in drafts], await rules(house)) == before
    notices = [one for one in house.sandbox.messages(house.admins) if "on hold" in one.text]
    assert len(notices) == 1
    assert message_problems(notices[0].blocks) == []
    assert "5 people who are new here" in notices[0].text
    told = await house.until(lambda: house.sandbox.messages(strangers[0].direct))
    assert "on hold" in told[-1].text

    # What they say meanwhile is kept, and nothing follows from it.
    replies = len(house.bot_replies(drafts[1]))
    await strangers[0].say(house.channel, "Please make it shorter.", thread=drafts[1])
    await house.settled()
    assert len(house.bot_replies(drafts[1])) == replies
    assert await corrections(house, strangers[0]) == ["held", "held"]

    # One of them appeals, and the admins read it.
    await strangers[0].press(told[-1], "hold_appeal")
    view = await strangers[0].next_view()
    await strangers[0].submit(view, {"words": {"words": "I am the new designer. :wave: <b>Really</b>"}})
    await house.settled()
    appeal = house.sandbox.messages(house.admins)[-1]
    assert "I am the new designer" in str(appeal.blocks)

    # Nobody but an admin decides; what is decided is on record, and told.
    await house.ben.join(house.admins)
    await house.ben.press(notices[0], "hold_release")
    await house.until(
        lambda: [one for one in house.ben.ephemerals(house.admins) if "Only admins" in one.text]
    )
    await house.chloe.press(appeal, "hold_release")
    await house.settled()
    await house.eventually(lambda: _counts(house, drafts, strangers[0]), DRAFTS)
    assert "hold.released" in await audit(house)
    assert await corrections(house, strangers[0]) == ["standing", "standing"]
    assert await rules(house) == before[1]
    assert await _counts(house, drafts, strangers[1]) == 0
    await house.chloe.press(notices[0], "hold_confirm")
    await house.settled()
    assert await _counts(house, drafts, strangers[1]) == 0
    now = house.sandbox.message(house.admins, ts=notices[0].ts)
    assert not shows(now, "hold_confirm")
    await house.chloe.press(now, "hold_release")
    await house.settled()
    await house.eventually(lambda: _counts(house, drafts, strangers[1]), DRAFTS)


async def _counts(house, drafts, person):
    opinions = [await house.opinions(draft) for draft in drafts]
    return sum((person.user_id, "vote") in held for held in opinions)
