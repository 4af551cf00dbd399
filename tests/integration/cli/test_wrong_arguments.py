"""What an operator may mistype: one sentence and a failing exit, never a traceback and never a silent nothing."""

import asyncio

import pytest

from storage.engine import Database
from tests.factories import WORKSPACE, make_draft, make_signal, make_workspace


@pytest.fixture
def filled(sqlite_url, keyring):
    """A workspace with one vote."""

    async def fill():
        database = Database.connect(sqlite_url, keyring=keyring)
        async with database.begin() as unit:
            await make_workspace(unit)
            await make_signal(unit, await make_draft(unit))
        await database.close()

    asyncio.run(fill())


def sentence_of(result):
    assert result.exit_code == 1
    (line,) = result.stderr.strip().splitlines()
    return line


def test_an_export_to_a_folder_that_is_not_there_is_one_sentence(draftloop, filled, tmp_path):
    result = draftloop("export", "feedback", "--out", str(tmp_path / "nowhere" / "rows.jsonl"))

    assert "rows.jsonl cannot be written" in sentence_of(result)


@pytest.mark.parametrize("words", [("export", "feedback"), ("db", "rebuild-rollups"), ("stats",)])
def test_a_workspace_that_is_not_known_is_refused_with_those_that_are(draftloop, filled, words):
    result = draftloop(*words, "--workspace", "T0NOBODY")

    assert sentence_of(result) == f"Say which workspace with --workspace: {WORKSPACE}."
    assert result.stdout == ""


def test_the_feedback_of_a_known_workspace_is_exported(draftloop, filled):
    result = draftloop("export", "feedback", "--workspace", WORKSPACE)

    assert len(result.stdout.splitlines()) == 1


def test_the_inbox_has_no_state_of_that_name(draftloop):
    result = draftloop("inbox", "list", "--state", "lost")

    assert result.exit_code == 2
    assert "parked" in result.stderr


def test_an_empty_inbox_is_said_in_words(draftloop):
    result = draftloop("inbox", "list")

    assert result.stdout.strip() == "No event is parked."


def test_an_event_that_is_not_parked_cannot_be_replayed(draftloop):
    result = draftloop("inbox", "replay", "Ev0NOBODY")

    assert sentence_of(result) == "No event Ev0NOBODY is parked."


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--url", "http://bot.example"), "https"),
        (("--url", "bot.example"), "https"),
        (("--name", "n" * 36), "35"),
    ],
)
def test_a_manifest_that_slack_would_refuse_is_not_printed(draftloop, words, says):
    result = draftloop("manifest", *words)

    assert says in sentence_of(result)
    assert result.stdout == ""


def test_what_a_library_tells_itself_stays_out_of_the_terminal(draftloop, filled):
    result = draftloop("stats")

    assert "alembic" not in result.stderr
