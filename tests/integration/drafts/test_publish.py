import pytest
from sqlalchemy import select

from bot.drafts.request import DraftRequest
from bot.llm.chat_model import ModelBusy, ModelCutOff
from bot.slack.blocks.draft import LONGEST_PART
from storage.models import Tally
from storage.models.tally import EVERYWHERE
from tests.fakes.model_endpoint import Finished, Status


def texts_of(message) -> str:
    return "\n".join(block["text"] for block in message.blocks if block["type"] == "markdown")


def actions_of(message) -> list[str]:
    return [
        each["action_id"]
        for block in message.blocks
        for each in block.get("elements", ())
        if "action_id" in each
    ]


async def tallies(database) -> list[tuple[str, str, int]]:
    async with database.begin() as unit:
        rows = await unit.run_sync(
            lambda connection: connection.execute(
                select(Tally.day, Tally.user_id, Tally.measure, Tally.n).where(Tally.channel_id != EVERYWHERE)
            ).all()
        )
    return [(str(row.day), row.user_id, row.measure, row.n) for row in rows]


async def test_a_placeholder_stands_there_before_the_text(office):
    draft_id = await office.ask(task="announcement")

    ts = await office.publisher.show_placeholder(draft_id, 1)

    (placeholder,) = office.shown()
    assert placeholder.ts == ts == (await office.draft(draft_id)).message_ts
    assert "Announcement" in str(placeholder.blocks)
    assert actions_of(placeholder) == []


async def test_the_text_takes_the_placeholders_place_with_all_controls(office):
    draft_id = await office.ask(task="announcement")

    problem = await office.write(draft_id)

    (message,) = office.shown()
    draft = await office.draft(draft_id)
    assert problem is None
    assert "The office opens at 9" in texts_of(message)
    assert "Announcement" in str(message.blocks[0])
    assert actions_of(message) == ["draft_vote", "draft_edit", "draft_use", "draft_stars", "draft_more"]
    assert (draft.state, draft.message_ts, draft.failure) == ("posted", message.ts, None)


async def test_feedback_finds_the_draft_by_its_message(office):
    draft_id = await office.ask()

    await office.write(draft_id)

    async with office.database.read() as unit:
        found = await unit.drafts.find_by_message(
            office.sandbox.team_id, channel_id=office.general.id, ts=office.shown()[0].ts
        )
    draft, message = found
    assert (draft.id, message.part, message.kind) == (draft_id, 0, "draft")
    assert message.revision_id == draft.current_revision_id


async def test_doing_everything_again_posts_and_counts_nothing_twice(office):
    draft_id = await office.ask()

    await office.write(draft_id)
    await office.write(draft_id)

    assert len(office.shown()) == 1
    assert len(office.endpoint.requests) == 1
    assert await tallies(office.database) == [("2026-11-20", office.ana.user_id, "draft", 1)]


async def test_a_long_text_goes_on_in_the_thread_and_every_part_leads_to_the_draft(office):
    paragraphs = [f"Paragraph {number}. " + "word " * 400 for number in range(20)]
    office.endpoint.answer = lambda _: "\n\n".join(paragraphs)
    draft_id = await office.ask()

    await office.write(draft_id)
    await office.write(draft_id)

    (first,) = office.shown()
    parts = [first, *office.replies(first)]
    whole = "\n\n".join(texts_of(part) for part in parts)
    assert len(parts) == 4
    assert "part 1 of 4" in str(first.blocks[0])
    assert whole.split() == "\n\n".join(paragraphs).split()
    assert all(len(texts_of(part)) <= LONGEST_PART for part in parts)
    async with office.database.read() as unit:
        known = await unit.drafts.messages_of(draft_id)
    assert [(each.ts, each.part) for each in known] == [
        (part.ts, number) for number, part in enumerate(parts)
    ]


async def test_a_models_text_cannot_ping_anybody(office):
    office.endpoint.answer = lambda _: (
        f"Hello <!channel> and {office.ana.mention}, see [your bank](https://evil.example)"
    )
    draft_id = await office.ask()

    await office.write(draft_id)

    (message,) = office.shown()
    for dangerous in ("<!channel>", office.ana.mention):
        assert dangerous not in f"{message.text}{message.blocks}"


async def test_a_failed_model_is_told_in_place_and_in_the_thread_with_retry(office):
    office.endpoint.fail(Finished("length"))
    draft_id = await office.ask()

    problem = await office.write(draft_id)

    (message,) = office.shown()
    (note,) = office.replies(message)
    draft = await office.draft(draft_id)
    assert isinstance(problem, ModelCutOff)
    assert "did not work out" in str(message.blocks)
    assert ModelCutOff.sentence in note.text
    assert note.blocks[1]["elements"][0]["value"] == f"{draft_id}:1"
    assert (draft.state, draft.failure, draft.posted_at) == ("failed", "model_cut_off", None)
    assert await tallies(office.database) == []


async def test_a_retry_that_works_heals_the_message_and_quietens_the_note(office):
    office.endpoint.fail(Status(429))
    draft_id = await office.ask()
    assert isinstance(await office.write(draft_id), ModelBusy)

    await office.drafts.retry(draft_id, attempt=1, workspace_id=office.sandbox.team_id)
    problem = await office.write(draft_id, attempt=2)

    (message,) = office.shown()
    (note,) = office.replies(message)
    assert problem is None
    assert "The office opens at 9" in texts_of(message)
    assert actions_of(note) == []
    assert (await office.draft(draft_id)).state == "posted"
    assert len(await tallies(office.database)) == 1


async def test_a_second_failure_has_a_note_and_a_button_of_its_own(office):
    office.endpoint.fail(Status(500), Status(500))
    draft_id = await office.ask()
    await office.write(draft_id)

    await office.drafts.retry(draft_id, attempt=1, workspace_id=office.sandbox.team_id)
    await office.write(draft_id, attempt=2)

    notes = office.replies(office.shown()[0])
    assert [actions_of(note) for note in notes] == [[], ["draft_retry"]]
    assert notes[1].blocks[1]["elements"][0]["value"] == f"{draft_id}:2"


async def test_a_channel_without_us_is_told_to_the_person_with_the_way_to_invite_us(office):
    elsewhere = office.sandbox.add_channel("elsewhere", members=[office.ana], bot=False)
    draft_id = await office.ask(channel_id=elsewhere.id)

    await office.write(draft_id)
    await office.write(draft_id)

    (note,) = office.sandbox.messages(office.ana.direct)
    assert "/invite" in note.text
    assert elsewhere.id in note.text
    assert office.sandbox.messages(elsewhere) == []
    assert (await office.draft(draft_id)).failure == "not_in_channel"
    assert office.endpoint.requests == []


async def test_other_peoples_direct_messages_cannot_be_joined_and_nobody_is_told_to_invite_us(office):
    draft_id = await office.ask(channel_id="D0PRIVATE")

    await office.write(draft_id)

    (note,) = office.sandbox.messages(office.ana.direct)
    assert "/invite" not in note.text
    assert "channels that I am a member of" in note.text


async def test_a_placeholder_that_somebody_deleted_is_told_to_the_person(office):
    draft_id = await office.ask()
    ts = await office.publisher.show_placeholder(draft_id, 1)
    await office.messenger.delete(office.sandbox.team_id, channel_id=office.general.id, ts=ts)

    await office.write(draft_id)

    assert len(office.sandbox.messages(office.ana.direct)) == 1
    assert (await office.draft(draft_id)).failure == "message_not_found"


async def test_the_thread_it_was_asked_in_is_its_context_and_its_place(office):
    question = await office.ana.say(office.general, "When do we open & who has <keys>?")
    await office.ana.say(office.general, "I think at nine.", thread=question)
    draft_id = await office.ask(task="reply", thread_ts=question.ts)

    await office.write(draft_id)

    draft = await office.draft(draft_id)
    assert draft.context.splitlines() == [
        "Person 1: When do we open & who has <keys>?",
        "Person 1: I think at nine.",
    ]
    assert "Person 1: I think at nine." in office.endpoint.prompts[0]
    assert office.replies(question)[-1].ts == draft.message_ts


async def test_a_thread_that_cannot_be_read_does_not_stop_the_draft(office):
    question = await office.ana.say(office.general, "When do we open?")
    office.sandbox.inject("conversations.replies", "error", code="missing_scope")
    draft_id = await office.ask(thread_ts=question.ts)

    problem = await office.write(draft_id)

    assert problem is None
    assert (await office.draft(draft_id)).context == ""


async def test_a_context_that_came_with_the_ask_is_kept(office):
    message = await office.ana.say(office.general, "Could you send the slides?")
    draft_id = await office.ask(task="reply", thread_ts=message.ts, context="Could you send the slides?")

    await office.write(draft_id)

    assert (await office.draft(draft_id)).context == "Could you send the slides?"
    assert "Could you send the slides?" in office.endpoint.prompts[0]


async def test_an_entity_in_the_models_answer_is_what_it_stands_for(office):
    office.endpoint.answer = lambda _: "R&amp;D &lt;3"
    draft_id = await office.ask()

    await office.write(draft_id)

    async with office.database.read() as unit:
        (revision,) = await unit.drafts.revisions_of(draft_id)
    assert revision.text == "R&D <3"


@pytest.mark.parametrize("brief", ["", "x" * 20_000])
async def test_a_mention_without_a_usable_brief_gets_a_note_of_its_own(office, brief):
    ask = DraftRequest(office.sandbox.team_id, office.general.id, office.ana.user_id, brief, "mention", "m:1")

    outcome = await office.desk.take_mention(ask)

    assert outcome is None
    assert len(office.ana.ephemerals(office.general)) == 1
    assert office.shown() == []
