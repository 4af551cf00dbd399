"""Replies in the thread and the *Edit* modal, as people use them."""

from itertools import count

import pytest

from bot.feedback.acts import Touch
from bot.feedback.edits import EditForm
from handlers.cli.demo.telling import readable

from .seen import THANKS, corrections, entered, marks, notes, shown_values, signals, standing

BRIEF = "Tell the team that the release moved to Thursday"
numbers = count(1)
REWRITE = "Use this instead: The release moved to Thursday. Questions: ask Ana."


@pytest.mark.parametrize(
    ("text", "interpretation", "mark"),
    [
        (REWRITE, "rewrite", ["pencil2"]),
        ("please make it shorter", "instruction", ["memo"]),
        ("thanks!", "talk", []),
        ("Ben laughed about it over lunch", "talk", []),
    ],
)
async def test_a_reply_is_read_and_the_reaction_says_as_what(house, text, interpretation, mark):
    draft = await house.ask(house.ana, BRIEF)

    reply = await house.ben.say(house.channel, text, thread=draft)
    await house.settled()

    assert [one.interpretation for one in await corrections(house)] == [interpretation]
    assert marks(house, reply) == mark
    assert len(house.bot_replies(draft)) == len(mark)


async def test_a_first_reply_gets_one_note_that_says_how_it_was_read(house):
    draft = await house.ask(house.ana, BRIEF)

    await house.ben.say(house.channel, REWRITE, thread=draft)
    await house.settled()

    assert len(house.ben.ephemerals(house.channel)) == 1
    assert notes(house, house.ben, THANKS) == []


async def test_talk_is_stored_and_does_not_count(house):
    draft = await house.ask(house.ana, BRIEF)

    await house.ben.say(house.channel, "thanks!", thread=draft)
    await house.settled()

    assert [(one.status, one.reason) for one in await signals(house)] == [("ignored", "talk")]
    assert await standing(house) is None
    assert house.ben.ephemerals(house.channel) == []


async def test_one_press_puts_a_wrong_reading_right(house):
    draft = await house.ask(house.ana, BRIEF)
    reply = await house.ben.say(house.channel, "Ben laughed about it over lunch", thread=draft)
    note = (await house.until(lambda: notes(house, house.ben, "just talk")))[0]

    await house.ben.press(note, "reply_is_rewrite")
    await house.settled()

    assert [(one.interpretation, one.interpreted_by) for one in await corrections(house)] == [
        ("rewrite", house.ben.user_id)
    ]
    assert marks(house, reply) == ["pencil2"]
    assert (await standing(house)).corrections == 1
    assert "over lunch" in readable(house.bot_replies(draft)[0])


async def test_a_correction_that_was_talk_leaves_the_count(house):
    draft = await house.ask(house.ana, BRIEF)
    reply = await house.ben.say(house.channel, "please make it shorter", thread=draft)
    note = (await house.until(lambda: notes(house, house.ben, "wish how to change")))[0]
    await house.settled()

    await house.ben.press(note, "reply_is_talk")
    await house.settled()

    assert [(one.status, one.reason) for one in await signals(house)] == [("ignored", "talk")]
    assert (await standing(house)).corrections == 0
    assert marks(house, reply) == []


async def test_an_edited_reply_replaces_its_text_and_revises_again(house):
    draft = await house.ask(house.ana, BRIEF)
    reply = await house.ben.say(house.channel, "please make it shorter", thread=draft)
    await house.settled()

    await house.ben.edit(reply, REWRITE)
    await house.settled()

    assert [(one.interpretation, one.version, one.text) for one in await corrections(house)] == [
        ("rewrite", 2, "The release moved to Thursday. Questions: ask Ana.")
    ]
    assert [one.status for one in await signals(house)] == ["superseded", "counted"]
    assert marks(house, reply) == ["pencil2"]
    assert len(house.bot_replies(draft)) == 2


async def test_an_unfurl_is_not_an_edit(house):
    draft = await house.ask(house.ana, BRIEF)
    reply = await house.ben.say(house.channel, "please add https://example.com/", thread=draft)

    house.sandbox.unfurl(reply)
    await house.settled()

    assert len(await signals(house)) == 1


async def test_a_deleted_reply_is_withdrawn(house):
    draft = await house.ask(house.ana, BRIEF)
    reply = await house.ben.say(house.channel, "please make it shorter", thread=draft)
    await house.settled()

    await house.ben.delete(reply)
    await house.settled()

    assert [one.state for one in await corrections(house)] == ["withdrawn"]
    assert [one.status for one in await signals(house, act="set")] == ["withdrawn"]
    assert (await standing(house)).corrections == 0


async def test_a_reply_shown_in_the_channel_too_is_a_reply(house):
    draft = await house.ask(house.ana, BRIEF)

    await house.ben.say(house.channel, "please make it shorter", thread=draft, broadcast=True)
    await house.settled()

    assert len(await corrections(house)) == 1


async def test_bots_files_without_words_and_new_briefs_are_no_corrections(house):
    draft = await house.ask(house.ana, BRIEF)
    robot = house.sandbox.add_person("Robot", bot=True)
    house.channel.members.append(robot.user_id)

    await robot.say(house.channel, "please make it shorter", thread=draft)
    await house.ben.say(house.channel, "", thread=draft, files=[("plan.txt", b"plan")])
    await house.ben.say(house.channel, f"{house.sandbox.mention} write it for the blog", thread=draft)
    await house.settled()

    assert await corrections(house) == []


async def test_a_reply_in_the_thread_that_a_draft_was_asked_in_corrects_that_draft(house):
    question = await house.ana.say(house.channel, "When is the release?")
    await house.ben.say(house.channel, f"{house.sandbox.mention} answer this", thread=question)
    await house.until(lambda: house.bot_replies(question))
    await house.settled()

    await house.ben.say(house.channel, "please make it shorter", thread=question)
    await house.settled()

    assert [one.interpretation for one in await corrections(house)] == ["instruction"]


async def test_events_in_the_wrong_order_end_the_same(house):
    draft = await house.ask(house.ana, BRIEF)
    house.sandbox.hold()
    reply = await house.ben.say(house.channel, "please make it shorter", thread=draft)
    await house.ben.edit(reply, "please make it longer")
    other = await house.ben.say(house.channel, "please add a date", thread=draft)
    await house.ben.delete(other)

    house.sandbox.release(reversed)
    await house.settled()

    # Whether the deleted reply ever was a correction depends on what came first; it is none now.
    assert [one.text for one in await corrections(house) if one.state == "standing"] == [
        "please make it longer"
    ]
    assert sorted(one.status for one in await signals(house, act="set")) == [
        "counted",
        "superseded",
        "withdrawn",
    ]


async def test_an_edit_changes_the_message_and_keeps_what_changed(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.ben.press(draft, "draft_edit")
    view = await house.ben.next_view()
    before = shown_values(view)[0]

    await house.ben.submit(view, entered(view, f"{before} Questions: ask Ana."))
    await house.until(lambda: "ask Ana" in readable(house.sandbox.message(house.channel, ts=draft.ts)))
    await house.settled()

    [correction] = await corrections(house)
    assert (correction.source, correction.original) == ("edit", before)
    assert correction.text == f"{before} Questions: ask Ana."
    assert 0 < correction.edit_distance < 0.5
    assert [(one.kind, one.status) for one in await signals(house)] == [("edit", "counted")]
    assert house.bot_replies(draft) == []


async def test_the_next_edit_starts_from_the_edited_text(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.ben.press(draft, "draft_edit")
    view = await house.ben.next_view()
    await house.ben.submit(view, entered(view, "The release is on Thursday."))
    await house.settled()

    await house.chloe.press(draft, "draft_edit")
    again = await house.chloe.next_view()

    assert shown_values(again) == ["The release is on Thursday."]


async def test_an_unchanged_text_stores_nothing(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.ben.press(draft, "draft_edit")
    view = await house.ben.next_view()

    sent = await house.ben.submit(view)
    await house.settled()

    assert not sent.errors
    assert await signals(house) == []
    assert await corrections(house) == []


async def test_an_edit_to_nothing_is_refused_kindly(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.ben.press(draft, "draft_edit")
    view = await house.ben.next_view()

    sent = await house.ben.submit(view, entered(view, "   "))

    assert "nothing left" in next(iter(sent.errors.values()))


async def test_a_long_text_is_edited_in_several_fields_and_stays_whole(house):
    paragraphs = [f"Paragraph {number}. " + "Words and more words. " * 40 for number in range(3)]
    draft = await house.ask(house.ana, BRIEF)
    await house.ben.press(draft, "draft_edit")
    view = await house.ben.next_view()
    await house.ben.submit(view, entered(view, "\n\n".join(paragraphs).strip()))
    await house.settled()

    await house.chloe.press(draft, "draft_edit")
    view = await house.chloe.next_view()
    pieces = shown_values(view)
    await house.chloe.submit(view, entered(view, f"Start. {pieces[0]}"))
    await house.settled()

    assert len(pieces) > 1
    last = (await corrections(house))[-1]
    assert last.text == "Start. " + "\n\n".join(paragraphs).strip()


async def test_a_text_of_several_messages_grows_and_shrinks_with_its_edits(house):
    draft = await house.ask(house.ana, BRIEF)
    long_text = "\n\n".join(f"Paragraph {number}. {'Words. ' * 100}".strip() for number in range(40))

    await edit(house, draft, long_text)
    grown = house.bot_replies(draft)
    await edit(house, draft, "Short again.")

    assert len(grown) == 2
    assert house.bot_replies(draft) == []
    assert {one.kind for one in await signals(house)} == {"edit"}
    assert "Short again." in readable(house.sandbox.message(house.channel, ts=draft.ts))


async def test_a_text_too_long_for_a_window_is_left_to_the_thread(house):
    draft = await house.ask(house.ana, BRIEF)
    await edit(house, draft, "Words. " * 6000)

    await house.ben.press(draft, "draft_edit")
    view = await house.ben.next_view()

    assert shown_values(view) == []
    assert "reply in its thread" in view.blocks[0]["text"]["text"]


async def edit(house, draft, text):
    """Edit a draft to a text that no single field of the modal could take at once."""
    edits, found = house.services.feedback.edits, None
    async with house.services.database.read() as unit:
        found = await unit.drafts.find_by_message(
            house.sandbox.team_id, channel_id=draft.channel, ts=draft.ts
        )
    base = found[1].revision_id or found[0].current_revision_id
    form = EditForm(base, draft.channel, draft.ts)
    number = next(numbers)
    touch = Touch(
        house.sandbox.team_id, f"view:V{number}:h", number, draft.channel, draft.ts, house.ben.user_id
    )
    await edits.submit(touch, form=form, values={"text_0": text})
    await house.settled()
