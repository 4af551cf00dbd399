"""`draftloop stats` and `draftloop digest preview` on a real database, as an operator runs them."""

import asyncio
import json
from datetime import timedelta

import pytest
from PIL import Image
from typer.testing import CliRunner

from handlers.cli.main import app
from storage.engine import Database
from storage.types import utc_now
from tests.factories import make_workspace

from .conftest import Story

CHANNEL = "C0GENERAL"


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "none-needed-here")


@pytest.fixture
def story(sqlite_url, keyring, monkeypatch):
    """A workspace with one judged draft, an hour old by the real clock."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("DRAFTLOOP_ENCRYPTION_KEYS", "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdC0")

    async def fill(story):
        earlier = utc_now() - timedelta(hours=1)
        await story.begin()
        draft = await story.draft(at=earlier, task="reply")
        await story.likes("U0BEN", draft, at=earlier)

    return _play(sqlite_url, keyring, fill)


def _play(url, keyring, scene):
    async def whole():
        database = Database.connect(url, keyring=keyring)
        story = Story(database, channel_id=CHANNEL)
        await scene(story)
        await database.close()
        return story

    return asyncio.run(whole())


def _run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_stats_are_printed(story):
    result = _run("stats", "--days", "7")

    assert result.exit_code == 0
    assert "All channels of T0SANDBOX · last 7 days" in result.stdout
    assert "Acceptance: 100% (n = 1, 21\N{EN DASH}100%)" in result.stdout


def test_stats_as_json_have_every_figure_with_n_and_interval(story):
    result = _run("stats", "--channel", CHANNEL, "--task", "reply", "--format", "json")

    printed = json.loads(result.stdout)
    assert (printed["channel"], printed["task"]) == (CHANNEL, "reply")
    assert printed["figures"]["acceptance"]["n"] == 1
    assert printed["figures"]["acceptance"]["high"] == 1.0
    assert printed["figures"]["rating"] == {"value": None, "n": 0, "low": None, "high": None}


def test_fairness_is_printed_without_groups_of_fewer_than_three_people(story):
    result = _run("stats", "--fairness")

    assert result.exit_code == 0
    assert "Fairness · last 30 days" in result.stdout
    assert "fewer than 3 people" in result.stdout


def test_fairness_as_json_has_every_part(story):
    printed = json.loads(_run("stats", "--fairness", "--format", "json").stdout)

    assert sorted(printed["flag_rates"]) == ["channel", "release", "task"]
    assert printed["reviewers"] is None
    assert printed["judged_drafts"]["n"] >= 1


def test_stats_of_one_person(story):
    result = _run("stats", "--user", "U0BEN")

    assert "Your thumbs up: 100%" in result.stdout


def test_a_preview_is_printed_and_changes_nothing(story, tmp_path, sqlite_url, keyring):
    result = _run("digest", "preview", "--channel", CHANNEL, "--chart", str(tmp_path / "chart.png"))

    assert result.exit_code == 0
    assert "1 draft this week, 1 judged: *100%" in result.stdout
    with Image.open(tmp_path / "chart.png") as chart:
        assert chart.size == (1200, 675)

    async def look(story):
        async with story.database.read() as unit:
            assert await unit.digests.of_channel("T0SANDBOX", channel_id=CHANNEL) == []

    _play(sqlite_url, keyring, look)


def test_a_preview_of_an_empty_week_says_that_nothing_would_be_posted(story):
    result = _run("digest", "preview", "--channel", CHANNEL, "--week", "2020-W10")

    assert result.exit_code == 0
    assert "Nothing would be posted" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("digest", "preview", "--channel", "C0NOWHERE"), "I do not know that channel."),
        (("digest", "preview", "--channel", CHANNEL, "--week", "soon"), "I cannot read that week."),
        (("stats", "--workspace", "T0OTHER"), "Say which workspace with --workspace: T0SANDBOX."),
    ],
)
def test_what_is_not_there_ends_with_one_sentence(story, arguments, sentence):
    result = _run(*arguments)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_with_several_workspaces_one_must_be_named(story, sqlite_url, keyring):
    async def another(story):
        async with story.database.begin() as unit:
            await make_workspace(unit, "T0OTHER")

    _play(sqlite_url, keyring, another)

    assert _run("stats").exit_code == 1
    assert "last 30 days" in _run("stats", "--workspace", "T0OTHER").stdout


def test_an_empty_database_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'fresh.db'}")

    result = _run("stats")

    assert result.exit_code == 0
    assert "No workspace is known yet" in result.stdout
