"""Enough people flag a draft: its text goes out of sight, everywhere it stands, until they or an admin say otherwise."""

import json

import pytest

from bot.sandbox.blocks import message_problems
from tests.scenarios.house import open_house, shows
from tests.scenarios.policies import decide

BRIEF = "Tell the team that the release moved to Thursday"
WISH = "Please make it shorter."
FLAG = "triangular_flag_on_post"


@pytest.fixture(params=["socket", "http"])
async def careful_house(request, sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path, way=request.param) as opened:
        yield opened


def seen(house, message):
    """What a message shows now, all of it."""
    now = house.sandbox.message(house.channel, ts=message.ts)
    return json.dumps([now.text, now.blocks], ensure_ascii=False)


async def flag_by_modal(person, message, category, *, by="draft_more"):
    option = {"selected_option": "flag"} if by == "draft_more" else {}
    await person.press(message, by, **option)
    view = await person.next_view()
    await person.submit(view, {"category": {"category": category}})


async def audit(house):
    async with house.services.database.read() as unit:
        return [(one.action, one.actor_id) for one in await unit.audit.of_workspace(house.sandbox.team_id)]


async def test_flags_hide_a_draft_and_an_admin_or_second_thoughts_show_it_again(careful_house):
    house = careful_house
    ana, ben, chloe = house.ana, house.ben, house.chloe
    await decide(house, flag_quorum=2)
    draft = await house.ask(ana, BRIEF)
    await house.settled()
    await ben.say(house.channel, WISH, thread=draft)
    revision = (
        await house.until(lambda: [one for one in house.bot_replies(draft) if shows(one, "draft_vote")])
    )[0]
    await house.settled()
    before = [seen(house, draft), seen(house, revision)]

    # One flag is not enough; the second one, on another message of the draft, is.
    await ana.react(draft, FLAG)
    await house.settled()
    assert seen(house, draft) == before[0]
    await flag_by_modal(ben, revision, "inaccurate")
    await house.until(lambda: "Hidden: 2 people flagged it" in seen(house, revision))
    await house.settled()
    hidden = house.sandbox.message(house.channel, ts=draft.ts)
    assert "Inaccurate: 1".lower() in seen(house, draft)
    assert message_problems(hidden.blocks) == []
    assert not shows(hidden, "draft_use")
    [notice] = house.sandbox.messages(house.admins)
    assert "Hidden: 2 people" in notice.text

    # A reaction counts all the same, and a further flag is told.
    await ben.react(draft, "+1")
    await chloe.react(revision, FLAG)
    await house.until(lambda: "Hidden: 3 people" in seen(house, draft))
    assert (await house.opinions(draft))[ben.user_id, "vote"] == "positive"

    # Only an admin can show it, and that is on record; then it stays, until another flag comes.
    await ben.press(hidden, "hidden_show")
    await house.until(lambda: [one for one in ben.ephemerals(house.channel) if "Only admins" in one.text])
    assert "Hidden" in seen(house, draft)
    await chloe.press(hidden, "hidden_show")
    await house.until(lambda: [seen(house, draft), seen(house, revision)] == before)
    assert ("draft.shown_again", chloe.user_id) in await audit(house)
    await house.settled()
    await chloe.unreact(revision, FLAG)
    await house.settled()
    assert [seen(house, draft), seen(house, revision)] == before
    await chloe.react(draft, FLAG)
    await house.until(lambda: "Hidden: 3 people" in seen(house, draft))

    # Who has second thoughts takes the flag back on the note itself; below the quorum the text comes back alone.
    await flag_by_modal(ben, hidden, "none", by="hidden_flag")
    await house.until(lambda: "Hidden: 2 people" in seen(house, draft))
    await ana.unreact(draft, FLAG)
    await house.until(lambda: [seen(house, draft), seen(house, revision)] == before)
    await house.settled()
    assert len(house.sandbox.messages(house.admins)) == 2  # One for each time that it was hidden.


async def test_what_becomes_of_a_hidden_draft_stays_hidden(house):
    await decide(house, flag_quorum=2)
    draft = await house.ask(house.ana, BRIEF)
    for person in (house.ana, house.ben):
        await person.react(draft, FLAG)
    await house.until(lambda: "Hidden" in seen(house, draft))

    await house.ben.say(house.channel, WISH, thread=draft)

    await house.until(lambda: len(house.bot_replies(draft)) == 1)
    await house.settled()
    told = [seen(house, one) for one in house.bot_replies(draft)]
    assert all("Hidden" in one for one in told)
    assert not any(shows(one, "draft_use") for one in house.bot_replies(draft))
    await decide(house, flag_quorum=0)
    await house.until(lambda: shows(house.bot_replies(draft)[0], "draft_use"))
    assert "Revised from your correction" in seen(house, house.bot_replies(draft)[0])


async def test_a_quorum_that_is_set_later_looks_at_what_was_flagged_before(house):
    draft = await house.ask(house.ana, BRIEF)
    for person in (house.ana, house.ben):
        await person.react(draft, FLAG)
    await house.settled()
    assert "Hidden" not in seen(house, draft)

    await decide(house, flag_quorum=2)
    await house.until(lambda: "Hidden: 2 people" in seen(house, draft))

    await decide(house, flag_quorum=3)
    await house.until(lambda: "Hidden" not in seen(house, draft))
