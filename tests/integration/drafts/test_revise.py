import asyncio
import json

import pytest

from bot.drafts.why import DraftUnknown
from bot.sandbox.blocks import message_problems
from bot.slack.pacing import Pace
from tests.factories import make_correction
from tests.fakes.model_endpoint import Refusal
from tests.fakes.patience import until, until_found


@pytest.fixture
async def posted(office):
    """A draft of Ana's that stands in the channel."""
    draft_id = await office.ask(task="announcement")
    assert await office.write(draft_id) is None
    return await office.draft(draft_id)


async def correct(office, draft, **columns):
    async with office.database.begin() as unit:
        original = (await unit.drafts.revision(draft.current_revision_id)).text
        given = {"original": original, "user_id": office.ana.user_id, **columns}
        return (await make_correction(unit, draft, **given)).id


async def change(office, correction_id, **columns):
    async with office.database.begin() as unit:
        correction = await unit.corrections.get(correction_id)
        for name, value in columns.items():
            setattr(correction, name, value)


async def revise(office, correction_id, *, version=1):
    """Do what the workflow does, without its runtime."""
    revision_id = await office.reviser.rewrite(correction_id, version)
    if revision_id is not None:
        await office.reviser.show(correction_id, version, revision_id)
    return revision_id


async def revisions(office, draft):
    async with office.database.read() as unit:
        return await unit.drafts.revisions_of(draft.id)


def markdown(message) -> str:
    return "\n".join(block["text"] for block in message.blocks if block["type"] == "markdown")


async def test_a_rewrite_is_taken_word_for_word_without_asking_the_model(office, posted):
    correction_id = await correct(office, posted, text="The office opens at nine.")

    revision_id = await revise(office, correction_id)

    first, second = await revisions(office, posted)
    assert (second.id, second.text) == (revision_id, "The office opens at nine.")
    assert (second.parent_id, second.kind, second.author_id) == (first.id, "revised", office.ana.user_id)
    assert (await office.draft(posted.id)).current_revision_id == revision_id
    assert len(office.endpoint.requests) == 1


async def test_an_instruction_goes_through_the_model_and_changes_the_current_text(office, posted):
    correction_id = await correct(
        office, posted, interpretation="instruction", text="no exclamation marks, no emoji"
    )

    await revise(office, correction_id)

    first, second = await revisions(office, posted)
    assert "!" in first.text
    assert "!" not in second.text
    assert "<wish>\nno exclamation marks, no emoji\n</wish>" in office.endpoint.prompts[-1]
    assert (second.model, second.author_id) == ("scripted", None)


async def test_the_revised_draft_stands_in_the_thread_with_what_changed_and_its_controls(office, posted):
    correction_id = await correct(office, posted, text="The office opens at nine.")

    revision_id = await revise(office, correction_id)

    (reply,) = office.replies(office.shown()[0])
    assert "The office opens at nine." in markdown(reply)
    assert "~~" in markdown(reply)
    assert "% changed" in str(reply.blocks[0])
    assert "draft_vote" in str(reply.blocks)
    async with office.database.read() as unit:
        draft, message = await unit.drafts.find_by_message(
            office.sandbox.team_id, channel_id=office.general.id, ts=reply.ts
        )
    assert (draft.id, message.revision_id, message.kind) == (posted.id, revision_id, "revision")


async def test_doing_it_again_posts_and_writes_nothing_twice(office, posted):
    correction_id = await correct(office, posted, interpretation="instruction", text="shorter")

    first = await revise(office, correction_id)
    again = await revise(office, correction_id)

    assert first == again
    assert len(office.endpoint.requests) == 2
    assert len(office.replies(office.shown()[0])) == 1


async def test_a_changed_correction_rewrites_its_own_revision_from_the_same_base(office, posted):
    correction_id = await correct(office, posted, text="Nine.")
    first = await revise(office, correction_id)

    await change(office, correction_id, text="Half past nine.", version=2)
    second = await revise(office, correction_id, version=2)

    base, own = await revisions(office, posted)
    assert first == second == own.id
    assert (own.text, own.parent_id, own.number) == ("Half past nine.", base.id, 2)
    assert [markdown(reply).splitlines()[0] for reply in office.replies(office.shown()[0])] == [
        "Nine.",
        "Half past nine.",
    ]


@pytest.mark.parametrize(
    ("columns", "version"),
    [({"version": 2}, 1), ({"state": "withdrawn"}, 1), ({"interpretation": "talk"}, 1)],
    ids=["older version", "withdrawn", "talk"],
)
async def test_a_correction_that_is_history_changes_nothing(office, posted, columns, version):
    correction_id = await correct(office, posted)
    await change(office, correction_id, **columns)

    revision_id = await revise(office, correction_id, version=version)

    assert revision_id is None
    assert office.replies(office.shown()[0]) == []


async def test_corrections_build_on_each_other(office, posted):
    rewrite = await correct(office, posted, text="Doors open at 9. Bring a badge! Coffee is ready.")
    await revise(office, rewrite)

    wish = await correct(office, posted, interpretation="instruction", text="no exclamation marks")
    await revise(office, wish)

    texts = [revision.text for revision in await revisions(office, posted)]
    assert texts[2] == "Doors open at 9. Bring a badge. Coffee is ready."


async def test_a_long_rewrite_is_split_and_its_changes_come_last(office, posted):
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 400 for number in range(10))
    correction_id = await correct(office, posted, text=text)

    await revise(office, correction_id)

    replies = office.replies(office.shown()[0])
    assert all(message_problems(reply.blocks) == [] for reply in replies)
    assert " ".join(markdown(reply) for reply in replies[:2]).split() == text.split()
    assert "**What changed**" in markdown(replies[2])
    async with office.database.read() as unit:
        known = await unit.drafts.messages_of(posted.id)
    kinds = sorted((each.kind, each.part) for each in known if each.kind != "changes")
    assert kinds == [("draft", 0), ("revision", 0), ("revision", 1)]
    assert [each.part for each in known if each.kind == "changes"] == [2, 3]


async def test_a_part_takes_feedback_while_the_next_ones_still_wait_their_turn(office, posted):
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 400 for number in range(20))
    correction_id = await correct(office, posted, text=text)
    office.messenger._pace = Pace(per_second=0.01)  # Slack takes a burst of two, and then nothing for long.

    showing = asyncio.create_task(revise(office, correction_id))
    await until(lambda: len(office.replies(office.shown()[0])) == 2)

    async def noted():
        async with office.database.read() as unit:
            messages = await unit.drafts.messages_of(posted.id)
        return [one.part for one in messages if one.kind == "revision"][:2] == [0, 1] or None

    assert await until_found(noted)
    assert not showing.done()
    showing.cancel()
    await asyncio.gather(showing, return_exceptions=True)


async def test_a_model_that_leaves_the_text_alone_is_said_so(office, posted):
    correction_id = await correct(office, posted, interpretation="instruction", text="hm")

    await revise(office, correction_id)

    (reply,) = office.replies(office.shown()[0])
    assert "Nothing to change here" in str(reply.blocks)
    assert "~~" not in markdown(reply)


async def test_what_went_wrong_is_told_in_the_thread(office, posted):
    correction_id = await correct(office, posted, interpretation="instruction", text="shorter")
    office.endpoint.fail(Refusal())

    with pytest.raises(Exception, match="declined") as raised:
        await revise(office, correction_id)
    await office.reviser.explain(correction_id, 1, raised.value.sentence)

    (note,) = office.replies(office.shown()[0])
    assert "Your correction is kept" in note.text


async def test_the_next_draft_of_the_channel_follows_the_correction(office, posted):
    await correct(office, posted, text="The office opens at 9.\n\n— The office team")

    draft_id = await office.ask("announce that lunch is at noon", task="announcement")
    await office.write(draft_id)

    assert markdown(office.shown()[-1]) == "Lunch is at noon.\n\n— The office team"


class TestWhyThisDraft:
    async def test_a_first_draft_has_its_task_release_and_model_and_no_teachers(self, office, posted):
        why = await office.explainer.explain(
            posted.workspace_id, channel_id=posted.channel_id, message_ts=posted.message_ts
        )

        assert (why.task, why.release, why.model, why.lines) == ("Announcement", "r1", "scripted", ())

    @pytest.mark.parametrize("agreed", [True, False])
    async def test_examples_are_listed_and_only_those_who_agreed_are_named(self, office, posted, agreed):
        await correct(office, posted, text="The office opens at 9.")
        async with office.database.begin() as unit:
            member = await unit.members.ensure(posted.workspace_id, user_id=office.ana.user_id)
            member.named_in_reports = agreed
        draft_id = await office.ask("say <hi> & bye", task="announcement")
        await office.write(draft_id)

        await office.explainer.tell(
            posted.workspace_id,
            channel_id=posted.channel_id,
            message_ts=office.shown()[-1].ts,
            user_id=office.ana.user_id,
        )

        (note,) = office.ana.ephemerals(office.general)
        assert "A rewrite of an earlier draft" in str(note.blocks)
        assert "announce that the office opens at 9" in str(note.blocks)
        assert (office.ana.mention in str(note.blocks)) is agreed

    async def test_a_revision_says_what_it_follows(self, office, posted):
        await revise(office, await correct(office, posted, text="Nine."))
        (reply,) = office.replies(office.shown()[0])

        why = await office.explainer.explain(
            posted.workspace_id, channel_id=posted.channel_id, message_ts=reply.ts
        )

        assert why.lines == ("It follows a correction in this thread.",)
        assert "a person" in why.model

    async def test_a_message_without_a_draft_is_told_kindly(self, office):
        with pytest.raises(DraftUnknown):
            await office.explainer.explain(office.sandbox.team_id, channel_id="C1", message_ts="1.2")


async def test_the_kept_prompt_is_what_the_model_got(office, posted):
    (revision,) = await revisions(office, posted)

    kept = json.loads(revision.prompt)

    assert kept["messages"] == office.endpoint.requests[0]["messages"]
