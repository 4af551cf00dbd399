"""Which examples a brief gets: from what people did, by scope, and never from what may not be used."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.learning.examples.example_finder import Examples
from bot.learning.examples.retrieval import Shelves
from bot.learning.scopes import Cell
from storage.models import Correction, Draft, Hold, Revision
from tests.factories import make_signal

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
    unit, draft, number, *, interpretation="rewrite", state="standing", user_id="U2", text=None, **columns
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
            text=f"better {number}" if text is None else text,
            original="text",
            state=state,
            created_at=at,
            changed_at=at,
            **columns,
        )
    )


@pytest.fixture
async def finder(database):
    examples = Examples(database, shelves=Shelves(database, clock=now), clock=now)
    yield examples
    await examples.close()


def now():
    return START + timedelta(days=30)


async def found_by(
    finder, *, brief="brief", limit=4, with_text_only=False, workspace_id="T1", channel_id="C1", task="reply"
):
    return await finder.find(
        Cell(channel_id, task),
        workspace_id=workspace_id,
        brief=brief,
        limit=limit,
        with_text_only=with_text_only,
    )


async def test_a_new_channel_has_nothing_to_show(finder):
    assert await found_by(finder) == ()


async def test_the_newest_standing_corrections_come_first_then_accepted_drafts(database, finder):
    async with database.begin() as unit:
        for number in range(5):
            draft = await add_draft(unit, number)
            if number < 2:
                await correct(unit, draft, number)
        await correct(unit, draft, 9, interpretation="instruction", text="shorter")
        await add_draft(unit, 7, verdict="accepted")
        await add_draft(unit, 8, verdict="rejected")

    found = await found_by(finder)

    assert [(each.kind, each.draft_id) for each in found] == [
        ("instruction", "d4"),
        ("rewrite", "d1"),
        ("rewrite", "d0"),
        ("accepted", "d7"),
    ]
    assert (found[0].wish, found[0].better) == ("shorter", "")
    assert (found[1].draft, found[1].better, found[1].user_id) == ("text", "better 1", "U2")
    assert (found[3].better, found[3].user_id) == ("text 7", None)


async def test_the_most_similar_come_first_and_the_newest_is_always_there(database, finder):
    async with database.begin() as unit:
        for number, brief in enumerate(("tax", "the bike shed opens", "rent", "fire drill", "lunch at noon")):
            await correct(unit, await add_draft(unit, number, brief=brief), number)

    found = await found_by(finder, brief="announce that the bike shed closes", limit=2)

    assert [each.correction_id for each in found] == ["c1", "c4"]


async def test_wishes_are_left_out_where_only_texts_can_be_shown(database, finder):
    async with database.begin() as unit:
        await correct(unit, await add_draft(unit, 1), 1, interpretation="instruction", text="shorter")
        await add_draft(unit, 2, verdict="accepted")

    found = await found_by(finder, with_text_only=True)

    assert [(each.kind, each.better) for each in found] == [("accepted", "text 2")]


async def test_the_limit_holds(database, finder):
    async with database.begin() as unit:
        draft = await add_draft(unit, 1)
        for number in range(6):
            await correct(unit, draft, number)

    found = await found_by(finder, limit=2)

    assert [each.correction_id for each in found] == ["c5", "c4"]


@pytest.mark.parametrize(
    "correction",
    [
        {"interpretation": "talk"},
        {"state": "withdrawn"},
        {"text": ""},
        {"user_id": "U-out"},
        {"lesson": "undone"},
        {"user_id": "U-held"},
    ],
    ids=["talk", "withdrawn", "empty", "opted out", "undone", "held back"],
)
async def test_what_does_not_teach_is_left_out(database, finder, correction):
    async with database.begin() as unit:
        await unit.members.opt_out("T1", user_id="U-out")
        await unit.holds.add([held("U-held", from_days=0)])
        await correct(unit, await add_draft(unit, 1), 1, **correction)

    assert await found_by(finder) == ()


async def test_what_somebody_said_before_they_were_held_back_still_teaches(database, finder):
    async with database.begin() as unit:
        await unit.holds.add([held("U2", from_days=2)])
        await correct(unit, await add_draft(unit, 1), 1)
        await correct(unit, await add_draft(unit, 3), 3)

    assert [each.correction_id for each in await found_by(finder)] == ["c1"]


async def test_what_changes_after_the_first_look_changes_the_next(database, finder):
    async with database.begin() as unit:
        draft = await add_draft(unit, 1)
        await correct(unit, draft, 1)
    before = await found_by(finder)

    async with database.begin() as unit:
        (await unit.corrections.get("c1")).lesson = "undone"
        await correct(unit, await add_draft(unit, 2), 2)

    assert [each.correction_id for each in before] == ["c1"]
    assert [each.correction_id for each in await found_by(finder)] == ["c2"]


async def test_what_was_withdrawn_teaches_again_when_it_stands_again(database, finder):
    async with database.begin() as unit:
        draft = await add_draft(unit, 1, channel_id="C2", brief="the bike shed opens")
        await correct(unit, draft, 1, state="withdrawn")
        await correct(unit, await add_draft(unit, 2), 2)
    before = await found_by(finder, brief="the bike shed closes")

    async with database.begin() as unit:
        (await unit.corrections.get("c1")).state = "standing"
        await make_signal(unit, draft, kind="correction", received_at=now())

    assert [each.correction_id for each in before] == ["c2"]
    found = await found_by(finder, brief="the bike shed closes")
    assert [each.correction_id for each in found] == ["c2", "c1"]


async def test_of_many_workspaces_the_one_idle_longest_is_let_go_and_built_again_when_wanted(database):
    async with database.begin() as unit:
        await correct(unit, await add_draft(unit, 1), 1)
        await correct(unit, await add_draft(unit, 2), 2)
    shelves = Shelves(database, clock=now, most_in_all=1)
    finder = Examples(database, shelves=shelves, clock=now)

    first = await found_by(finder)
    await found_by(finder, workspace_id="T2")
    again = await found_by(finder)
    await finder.close()

    assert first == again
    assert len(first) == 2


async def test_an_accepted_draft_shows_no_text_and_no_brief_of_somebody_who_opted_out(database, finder):
    async with database.begin() as unit:
        asked = await add_draft(unit, 1, verdict="accepted")
        edited = await add_draft(unit, 2, verdict="accepted")
        asked.requester_id = "U-out"
        (await unit.drafts.revision(edited.current_revision_id)).author_id = "U-out"
        await unit.members.opt_out("T1", user_id="U-out")

    assert await found_by(finder) == ()


async def test_other_tasks_and_workspaces_teach_nothing_here(database, finder):
    async with database.begin() as unit:
        await correct(unit, await add_draft(unit, 1, task="announcement"), 1)
        await correct(unit, await add_draft(unit, 2), 2)

    assert await found_by(finder, task="plain") == ()
    assert await found_by(finder, workspace_id="T2") == ()
    assert len(await found_by(finder)) == 1


async def test_another_channel_lends_an_example_for_much_the_same_brief_of_the_same_task(database, finder):
    async with database.begin() as unit:
        await correct(unit, await add_draft(unit, 1, channel_id="C2", brief="the bike shed opens"), 1)
        await correct(unit, await add_draft(unit, 2, channel_id="C2", brief="lunch is late"), 2)

    alike = await found_by(finder, brief="the bike shed closes")

    assert [each.correction_id for each in alike] == ["c1"]
    assert await found_by(finder, brief="the fire drill is over") == ()
    assert await found_by(finder, brief="the bike shed closes", with_text_only=True) == ()


async def test_news_from_another_channel_is_found_without_building_anew(database, finder):
    async with database.begin() as unit:
        await correct(unit, await add_draft(unit, 1), 1)
    await found_by(finder)

    async with database.begin() as unit:
        elsewhere = await add_draft(unit, 2, channel_id="C2", brief="the bike shed opens")
        await correct(unit, elsewhere, 2)
        await make_signal(unit, elsewhere, kind="correction", received_at=now())
    found = await found_by(finder, brief="the bike shed closes")

    assert [each.correction_id for each in found] == ["c1", "c2"]


async def test_what_is_older_than_a_year_is_not_shown(database, finder):
    async with database.begin() as unit:
        draft = await add_draft(unit, 1)
        draft.posted_at = now() - timedelta(days=366)
        await correct(unit, draft, 1)

    assert await found_by(finder) == ()


async def test_a_hidden_draft_is_no_example_and_neither_are_its_corrections(database, finder):
    async with database.begin() as unit:
        corrected = await add_draft(unit, 1)
        await correct(unit, corrected, 1)
        accepted = await add_draft(unit, 2, verdict="accepted")
        corrected.hidden_at = accepted.hidden_at = START

    assert await found_by(finder) == ()


async def test_what_is_hidden_or_opted_out_after_it_was_indexed_is_gone_at_once(database, finder):
    async with database.begin() as unit:
        hidden, silent = await add_draft(unit, 1), await add_draft(unit, 2)
        await correct(unit, hidden, 1)
        await correct(unit, silent, 2, user_id="U3")
    before = await found_by(finder)

    async with database.begin() as unit:
        (await unit.drafts.lock(hidden.id)).hidden_at = START
        await unit.members.opt_out("T1", user_id="U3")

    assert len(before) == 2
    assert await found_by(finder) == ()


def held(user_id, *, from_days):
    since = START + timedelta(days=from_days)
    return Hold(
        workspace_id="T1",
        user_id=user_id,
        kind="burst",
        from_us=int(since.timestamp()) * 1_000_000,
        created_at=since,
    )
