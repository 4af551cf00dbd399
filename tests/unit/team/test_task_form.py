import pytest

from bot.team.task_form import LONGEST_NAME, TaskForm, name_of
from bot.team.tasks import TASKS, TaskBook
from storage.models import TeamTask


def own(name, *, retired=False, title="Title", instructions="Write it."):
    task = TeamTask(workspace_id="T1", name=name, retired=retired)
    task.title, task.instructions = title, instructions
    return task


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Press release", "press-release"),
        ("Résumé bullet!", "resume-bullet"),
        ("  Q3: what's new?  ", "q3-what-s-new"),
        ("発表", ""),
        ("x" * 60, "x" * LONGEST_NAME),
        ("a" * 39 + " b", "a" * 39),
    ],
)
def test_a_title_makes_a_name(title, name):
    assert name_of(title) == name


@pytest.mark.parametrize("name", ["Press Release", "1st", "-x", "x-", "x--y", "é", "x" * 41, "a_b", "a\nb"])
def test_a_name_of_other_letters_is_refused(name):
    problems = TaskForm("Title", "Do it.", name).problems(is_new=True)

    assert list(problems) == ["name"]


@pytest.mark.parametrize("name", ["me", "last", "day", "days"])
def test_a_word_of_the_stats_command_is_no_name(name):
    assert "stats" in TaskForm("Title", "Do it.", name).problems(is_new=True)["name"]


def test_a_title_without_latin_letters_asks_for_a_name():
    assert "a to z" in TaskForm("発表", "Do it.").problems(is_new=True)["name"]
    assert TaskForm("発表", "Do it.", "announce").problems(is_new=True) == {}


def test_empty_and_too_long_words_are_told_beside_their_fields():
    problems = TaskForm(" ", "x" * 3_001).problems(is_new=False)

    assert set(problems) == {"title", "instructions"}
    assert TaskForm("x" * 40, "y" * 3_000).problems(is_new=False) == {}


def test_own_words_stand_over_ours_and_retired_tasks_are_not_offered():
    book = TaskBook.of([own("reply", title="Answer"), own("standup", retired=True), own("haiku")])

    assert book.get("reply").title == "Answer"
    assert [task.name for task in book.offered()] == [*TASKS, "haiku"]
    assert book.find("standup") is None
    assert book.get("standup").title == "Title"
    assert book.own == {"reply", "standup", "haiku"}


def test_a_channel_whose_task_is_retired_or_gone_writes_plain_drafts():
    book = TaskBook.of([own("standup", retired=True)])

    assert book.standing_in_for("standup") == "plain"
    assert book.standing_in_for("gone") == "plain"
    assert book.standing_in_for("reply") == "reply"


def test_a_draft_whose_task_is_gone_is_written_by_the_teams_own_plain_task():
    book = TaskBook.of([own("plain", instructions="As our mayor would.")])

    assert book.get("gone").instructions == "As our mayor would."


def test_a_built_in_task_that_is_only_retired_is_still_ours():
    ours = TASKS["reply"]
    book = TaskBook.of([own("reply", retired=True, title=ours.title, instructions=ours.instructions)])

    assert book.own == frozenset()
    assert book.retired == {"reply"}
