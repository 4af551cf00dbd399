"""Several people's corrections, and what becomes of their texts when somebody takes one back."""

import asyncio

import pytest
from aiohttp import web

from bot.drafts.withdraw import TAKEN_BACK
from bot.feedback.replies import NotYours, ReplyGone
from bot.llm.scripted import completion_body
from handlers.cli.demo.telling import readable
from tests.fakes.model_endpoint import Fault
from tests.scenarios.house import open_house

from .seen import corrections, marks, notes, signals

BRIEF = "Tell the team that the release moved to Thursday"
FIRST = "The release moved to Thursday. Questions: ask Ana."
SECOND = "Release: Thursday. Ask Ana."


async def current_text(house):
    async with house.services.database.read() as unit:
        draft = (await unit.drafts.recent(house.sandbox.team_id))[0]
        return (await unit.drafts.revision(draft.current_revision_id)).text


async def rewrite(house, person, draft, text):
    """Reply with a better text, and wait until it is there."""
    said = await person.say(house.channel, f"Better: {text}", thread=draft)
    await house.until(lambda: [one for one in house.bot_replies(draft) if text in readable(one)])
    await house.settled()
    return said


def shown(house, draft):
    return [readable(one) for one in house.bot_replies(draft)]


async def test_a_deleted_reply_takes_its_text_back_and_leaves_what_others_built_on_it(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.settled()
    before = await current_text(house)
    first = await rewrite(house, house.ben, draft, FIRST)
    second = await rewrite(house, house.chloe, draft, SECOND)

    await house.ben.delete(first)
    await house.settled()
    after_one = (await current_text(house), [SECOND in text for text in shown(house, draft)])
    await house.chloe.delete(second)
    await house.settled()

    assert after_one == (SECOND, [False, True])
    assert await current_text(house) == before
    notes_left = house.bot_replies(draft)
    assert [one.text for one in notes_left] == [TAKEN_BACK, TAKEN_BACK]
    assert [[block["type"] for block in one.blocks] for one in notes_left] == [["context"], ["context"]]


async def test_wishes_of_two_people_are_both_in_the_text(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.ben.say(house.channel, "please make it shorter", thread=draft)
    await house.settled()

    await house.chloe.say(house.channel, "add that Ana answers questions", thread=draft)
    await house.settled()

    text = await current_text(house)
    assert "Ana answers questions" in text
    assert "do not hesitate" not in text
    own, second = await corrections(house)
    assert second.original != own.original  # The second one corrects what the first one came to.


async def test_a_wish_under_the_placeholder_is_met_once_the_text_is_there(house):
    released = asyncio.Event()
    house.endpoint.fail(Late(released))
    draft = await placeholder(house)

    await house.ben.say(house.channel, "add that Ana answers questions", thread=draft)
    await house.eventually(lambda: readings(house), ["instruction"])
    released.set()
    await house.settled()

    assert "Ana answers questions" in await current_text(house)
    assert (await corrections(house))[0].original


async def placeholder(house):
    """Ask for a draft, and return the message that stands there before its text."""
    delivery = await house.ana.command(house.channel, "/draft", BRIEF)
    assert delivery.acked
    return (await house.until(lambda: house.sandbox.messages(house.channel)))[0]


class Late(Fault):
    """The draft's text comes when the story lets it."""

    def __init__(self, released):
        self._released = released

    async def respond(self, request, text):
        await self._released.wait()
        return web.json_response(completion_body(text))


async def readings(house):
    return [one.interpretation for one in await corrections(house)]


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_a_press_can_be_put_right_by_another_press(sqlite_url, tmp_path, way):
    async with open_house(sqlite_url, tmp_path, way=way) as house:
        await press_twice(house)


async def press_twice(house):
    draft = await house.ask(house.ana, BRIEF)
    reply = await house.ben.say(house.channel, "add that Ana answers questions", thread=draft)
    note = (await house.until(lambda: notes(house, house.ben, "wish how to change")))[0]
    await house.settled()

    await house.ben.press(note, "reply_is_talk")
    changed = (await house.until(lambda: notes(house, house.ben, "just talk")))[0]
    await house.settled()
    as_talk = (shown(house, draft), marks(house, reply))
    await house.ben.press(changed, "reply_is_instruction")
    await house.settled()

    assert as_talk == ([f"· {TAKEN_BACK}"], [])
    assert marks(house, reply) == ["memo"]
    assert "Ana answers questions" in await current_text(house)
    assert notes(house, house.ben, "now a *wish")


async def test_only_the_author_says_what_a_reply_is_and_only_while_it_is_there(house):
    draft = await house.ask(house.ana, BRIEF)
    reply = await house.ben.say(house.channel, "please make it shorter", thread=draft)
    await house.settled()
    [correction] = await corrections(house)
    put_right, place = house.services.feedback.replies.put_right, house.sandbox.team_id

    with pytest.raises(NotYours):
        await put_right(correction.id, workspace_id=place, user_id=house.chloe.user_id, kind="talk")
    await house.ben.delete(reply)
    await house.settled()
    with pytest.raises(ReplyGone):
        await put_right(correction.id, workspace_id=place, user_id=house.ben.user_id, kind="rewrite")

    assert [one.state for one in await corrections(house)] == ["withdrawn"]


async def test_a_reply_in_the_channel_too_is_edited_and_deleted_like_any_other(house):
    draft = await house.ask(house.ana, BRIEF)
    reply = await house.ben.say(house.channel, "make it shorter", thread=draft, broadcast=True)
    with_file = await house.chloe.say(
        house.channel, "add the plan, it is attached", thread=draft, files=[("plan.txt", b"plan")]
    )
    await house.settled()

    await house.ben.edit(reply, "make it friendlier")
    await house.chloe.delete(with_file)
    await house.settled()

    assert [(one.text, one.state) for one in await corrections(house)] == [
        ("make it friendlier", "standing"),
        ("add the plan, it is attached", "withdrawn"),
    ]
    assert len(await signals(house, act="withdraw")) == 1


async def test_all_messages_of_a_long_text_that_is_taken_back_go(house):
    draft = await house.ask(house.ana, BRIEF)
    long_text = "\n\n".join(f"Paragraph {number}. {'Words. ' * 100}".strip() for number in range(20))
    said = await house.ben.say(house.channel, f"Better:\n{long_text}", thread=draft)
    await house.settled()
    posted = len(house.bot_replies(draft))

    await house.ben.delete(said)
    await house.settled()

    assert posted > 1
    assert [one.text for one in house.bot_replies(draft)] == [TAKEN_BACK]
