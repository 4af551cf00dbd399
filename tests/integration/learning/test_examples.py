from datetime import UTC, datetime, timedelta

import pytest

from bot.learning.examples import find_examples
from bot.learning.lessons import read_lessons
from storage.models import Correction, Draft, Revision

START = datetime(2026, 11, 1, tzinfo=UTC)


async def add_draft(unit, number, *, task="reply", channel_id="C1", verdict=None, brief=None):
    at = START + timedelta(hours=number)
    draft = await unit.drafts.add(
        Draft(
            id=f"d{number}",
            workspace_id="T1",
            channel_id=channel_id,
            requester_id="U1",
            task=task,
            source="command",
            request_key=f"r{number}",
            brief=brief or f"brief {number}",
            state="posted",
            created_at=at,
            posted_at=at,
        )
    )
    revision = Revision(
        workspace_id="T1", draft_id=draft.id, kind="generated", text=f"text {number}", created_at=at
    )
    draft.current_revision_id = (await unit.drafts.add_revision(revision)).id
    if verdict:
        (await unit.feedback.standing(draft.id, workspace_id="T1")).verdict = verdict
    return draft


async def correct(
    unit, draft, number, *, interpretation="rewrite", state="standing", user_id="U2", text="better"
):
    at = START + timedelta(days=number)
    await unit.corrections.add(
        Correction(
            id=f"c{number}",
            workspace_id="T1",
            draft_id=draft.id,
            user_id=user_id,
            control=f"reply:{number}",
            source="thread",
            interpretation=interpretation,
            interpreted_by="program",
            text=text,
            original="text",
            state=state,
            created_at=at,
            changed_at=at,
        )
    )


async def examples(database, *, brief="brief", limit=4, with_text_only=False, **scope):
    async with database.read() as unit:
        lessons = await read_lessons(
            unit, **{"workspace_id": "T1", "channel_id": "C1", "task": "reply", **scope}
        )
        return await find_examples(unit, lessons, brief=brief, limit=limit, with_text_only=with_text_only)


async def test_a_new_channel_has_nothing_to_show(database):
    assert await examples(database) == ()


async def test_the_newest_standing_corrections_come_first_then_accepted_drafts(database):
    async with database.begin() as unit:
        for number in range(5):
            draft = await add_draft(unit, number)
            if number < 2:
                await correct(unit, draft, number)
        await correct(unit, draft, 9, interpretation="instruction", text="shorter")
        await add_draft(unit, 7, verdict="accepted")
        await add_draft(unit, 8, verdict="rejected")

    found = await examples(database)

    assert [(each.kind, each.draft_id) for each in found] == [
        ("instruction", "d4"),
        ("rewrite", "d1"),
        ("rewrite", "d0"),
        ("accepted", "d7"),
    ]
    assert (found[0].wish, found[0].better) == ("shorter", "")
    assert (found[1].draft, found[1].better, found[1].user_id) == ("text", "better", "U2")
    assert (found[3].better, found[3].user_id) == ("text 7", None)


async def test_the_most_similar_come_first_and_the_newest_is_always_there(database):
    async with database.begin() as unit:
        for number, brief in enumerate(("tax", "the bike shed opens", "rent", "fire drill", "lunch at noon")):
            await correct(unit, await add_draft(unit, number, brief=brief), number)

    found = await examples(database, brief="announce that the bike shed closes", limit=2)

    assert [each.correction_id for each in found] == ["c1", "c4"]


async def test_wishes_are_left_out_where_only_texts_can_be_shown(database):
    async with database.begin() as unit:
        await correct(unit, await add_draft(unit, 1), 1, interpretation="instruction", text="shorter")
        await add_draft(unit, 2, verdict="accepted")

    found = await examples(database, with_text_only=True)

    assert [(each.kind, each.better) for each in found] == [("accepted", "text 2")]


async def test_the_limit_holds(database):
    async with database.begin() as unit:
        draft = await add_draft(unit, 1)
        for number in range(6):
            await correct(unit, draft, number)

    found = await examples(database, limit=2)

    assert [each.correction_id for each in found] == ["c5", "c4"]


@pytest.mark.parametrize(
    "correction",
    [{"interpretation": "talk"}, {"state": "withdrawn"}, {"text": ""}, {"user_id": "U-out"}],
    ids=["talk", "withdrawn", "empty", "opted out"],
)
async def test_what_does_not_teach_is_left_out(database, correction):
    async with database.begin() as unit:
        await unit.members.opt_out("T1", user_id="U-out")
        await correct(unit, await add_draft(unit, 1), 1, **correction)

    assert await examples(database) == ()


async def test_other_tasks_channels_and_workspaces_teach_nothing_here(database):
    async with database.begin() as unit:
        await correct(unit, await add_draft(unit, 1, task="announcement"), 1)
        await correct(unit, await add_draft(unit, 2, channel_id="C2"), 2)

    assert await examples(database) == ()
    assert await examples(database, workspace_id="T2", channel_id="C2") == ()
    assert len(await examples(database, channel_id="C2")) == 1


async def test_a_hidden_draft_is_no_example_and_neither_are_its_corrections(database):
    async with database.begin() as unit:
        corrected = await add_draft(unit, 1)
        await correct(unit, corrected, 1)
        accepted = await add_draft(unit, 2, verdict="accepted")
        corrected.hidden_at = accepted.hidden_at = START

    async with database.read() as unit:
        lessons = await read_lessons(unit, workspace_id="T1", channel_id="C1", task="reply")

    assert (lessons.corrections, lessons.uncorrected) == ((), ())
