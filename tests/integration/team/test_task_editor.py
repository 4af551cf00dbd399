import asyncio

import pytest
from sqlalchemy import text

from bot.errors import FormError
from bot.team.forms import ChangedMeanwhile
from bot.team.task_editor import PlainStays, TaskGone, TooManyTasks
from bot.team.task_form import TaskForm, seen_of
from bot.team.tasks import TASKS

FORM = TaskForm("Press release", "Write a press release, <news> first.")


async def add(team, form=FORM):
    return await team.tasks.add("T1", form=form, user_id="U1")


async def change(team, name, form, *, seen=None):
    current = (await team.tasks.book("T1")).get(name)
    await team.tasks.change("T1", name=name, form=form, seen=seen or seen_of(current), user_id="U1")


async def test_a_new_task_is_offered_and_its_words_rest_sealed(team, database, audit):
    task = await add(team)

    assert task.name == "press-release"
    assert (await team.tasks.book("T1")).find("press-release") == task
    assert (await audit())["task.added"] == ("U1", "press-release", {})
    async with database.begin() as unit:
        stored = await unit.run_sync(
            lambda connection: connection.execute(
                text("SELECT title_sealed, instructions_sealed FROM tasks")
            ).one()
        )
    assert "ress release" not in "".join(stored)
    assert (await team.tasks.book("T2")).find("press-release") is None


@pytest.mark.parametrize("name", ["press-release", "reply", "standup"])
async def test_a_name_that_is_taken_is_told_beside_its_field(team, name):
    await add(team)
    await add(team, TaskForm("Standup", "Three lines."))
    await team.tasks.retire("T1", name="standup", user_id="U1")

    with pytest.raises(FormError) as refused:
        await add(team, TaskForm("Other", "Other.", name))

    assert "already" in refused.value.fields["name"]


async def test_one_of_ours_takes_the_teams_words_and_gives_them_back(team, database):
    await change(team, "reply", TaskForm("Answer", "Answer as our mayor would."))
    assert (await team.tasks.book("T1")).get("reply").title == "Answer"

    await team.tasks.back_to_ours("T1", name="reply", user_id="U1")

    book = await team.tasks.book("T1")
    assert book.get("reply") == TASKS["reply"]
    assert book.own == frozenset()
    async with database.read() as unit:
        assert await unit.tasks.of_workspace("T1") == []


async def test_a_task_retires_and_comes_back_with_its_words(team, database):
    await change(team, "reply", TaskForm("Answer", "As our mayor would."))
    await team.tasks.retire("T1", name="reply", user_id="U1")
    await team.tasks.retire("T1", name="social-post", user_id="U1")
    book = await team.tasks.book("T1")
    assert (book.find("reply"), book.find("social-post")) == (None, None)

    await team.tasks.back_to_ours("T1", name="reply", user_id="U1")
    assert (await team.tasks.book("T1")).retired == {"reply", "social-post"}
    for name in ("reply", "social-post"):
        await team.tasks.bring_back("T1", name=name, user_id="U1")

    assert (await team.tasks.book("T1")).find("reply") == TASKS["reply"]
    async with database.read() as unit:
        assert await unit.tasks.of_workspace("T1") == []


async def test_what_is_not_there_or_has_to_stay_is_said(team):
    with pytest.raises(TaskGone):
        await team.tasks.retire("T1", name="haiku", user_id="U1")
    with pytest.raises(TaskGone):
        await change(team, "haiku", FORM)
    with pytest.raises(TaskGone):
        await team.tasks.back_to_ours("T1", name="haiku", user_id="U1")
    with pytest.raises(PlainStays):
        await team.tasks.retire("T1", name="plain", user_id="U1")


async def test_of_two_who_edit_at_once_one_is_told_and_of_two_who_add_one_is(team):
    seen = seen_of(TASKS["reply"])
    edits = [
        team.tasks.change("T1", name="reply", form=TaskForm(title, "Go."), seen=seen, user_id="U1")
        for title in ("One", "Two")
    ]
    news = [add(team), add(team, TaskForm("Other", "Other.", "press-release"))]

    outcomes = await asyncio.gather(*edits, *news, return_exceptions=True)

    told = [type(one) for one in outcomes if isinstance(one, BaseException)]
    assert told == [ChangedMeanwhile, FormError]
    assert (await team.tasks.book("T1")).get("reply").title in ("One", "Two")


async def test_a_full_list_takes_no_more_until_one_retires(team, monkeypatch):
    monkeypatch.setattr("bot.team.task_editor.MOST_OFFERED", len(TASKS) + 1)
    await add(team)

    with pytest.raises(TooManyTasks):
        await add(team, TaskForm("Other", "Other."))
    await team.tasks.retire("T1", name="press-release", user_id="U1")
    await add(team, TaskForm("Other", "Other."))
    with pytest.raises(TooManyTasks):
        await team.tasks.bring_back("T1", name="press-release", user_id="U1")
