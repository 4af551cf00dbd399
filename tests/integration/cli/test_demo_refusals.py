"""The demo says in one sentence why it cannot start, and leaves the folder as it was."""

import json
import re
import socket
import sqlite3

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.keeping import save
from handlers.cli.demo.folder import open_folder

PAGE = ("demo", "--page", "--no-browser", "--model", "scripted", "--port", "0")


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "kept"
    path.mkdir()
    return path


@pytest.fixture
def made(folder):
    """A folder that looks like a demo's; its database is empty."""
    (folder / "demo.json").write_text(json.dumps({"format": 1, "state": "made", "ahead_seconds": 0.0}))
    (folder / "draftloop.db").touch()
    sandbox = Sandbox()
    sandbox.add_channel("draftloop-admins")
    sandbox.add_person("Ana")
    save(sandbox, folder / "slack.json")
    return folder


def refused(result) -> str:
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return re.sub(r"\s+", " ", result.stderr)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_unknown_model_is_named_with_the_known_ones(draftloop):
    result = draftloop("demo", "--model", "clever")

    assert refused(result) == 'There is no model "clever": choose one of embedded, scripted, endpoint. '


def test_an_endpoint_has_to_be_set(draftloop, environment):
    environment.delenv("OPENAI_BASE_URL", raising=False)

    assert "OPENAI_BASE_URL" in refused(draftloop("demo", "--model", "endpoint"))


def test_headless_and_page_exclude_each_other(draftloop):
    assert "Choose one" in refused(draftloop("demo", "--headless", "--page"))


def test_a_busy_port_is_named_before_anything_is_made(draftloop, tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]

        result = draftloop("demo", "--page", "--port", str(port), "--folder", str(tmp_path / "kept"))

    assert refused(result) == f"Port {port} is in use: choose another with --port, or --port 0 for any. "
    assert not (tmp_path / "kept").exists()


def test_a_folder_that_cannot_be_made_is_named(draftloop, tmp_path):
    (tmp_path / "file").touch()

    result = draftloop(*PAGE, "--folder", str(tmp_path / "file"))

    assert f"The folder {tmp_path / 'file'} cannot be written" in refused(result).replace("\n", "")


def test_a_second_demo_on_the_same_folder_is_refused(draftloop, folder):
    with open_folder(folder):
        result = draftloop(*PAGE, "--folder", str(folder))

    assert "A demo is running in" in refused(result)


@pytest.mark.parametrize("more", [(), ("--reset",)])
def test_a_folder_with_other_things_is_left_alone(draftloop, folder, more):
    (folder / "thesis.txt").write_text("years of work")

    result = draftloop(*PAGE, "--folder", str(folder), *more)

    assert "holds other things than a demo (thesis.txt); nothing was touched" in refused(result)
    assert names_in(folder) == ["thesis.txt"]


def test_reset_removes_nothing_when_other_things_lie_beside_a_demo(draftloop, made):
    (made / "notes.md").write_text("mine")
    before = names_in(made)

    result = draftloop(*PAGE, "--folder", str(made), "--reset")

    assert "notes.md" in refused(result)
    assert names_in(made) == before


@pytest.mark.parametrize("marker", ["", "{", "[]", '{"format": 99}', '{"format": 1, "colour": "red"}'])
def test_a_demo_of_another_version_is_refused(draftloop, made, marker):
    (made / "demo.json").write_text(marker)

    result = draftloop(*PAGE, "--folder", str(made))

    sentence = refused(result)
    assert "was made by another version: start over with `draftloop demo" in sentence
    assert "--reset`" in sentence


@pytest.mark.parametrize("name", ["slack.json", "draftloop.db", "demo.json"])
def test_a_demo_that_lacks_a_part_is_refused(draftloop, made, name):
    (made / name).unlink()

    result = draftloop(*PAGE, "--folder", str(made))

    assert "--reset" in refused(result)


def test_a_slack_that_cannot_be_read_is_refused(draftloop, made):
    (made / "slack.json").write_text("{")

    assert "The Slack in" in refused(draftloop(*PAGE, "--folder", str(made)))


def test_a_database_of_another_version_is_refused(draftloop, made):
    with sqlite3.connect(made / "draftloop.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.close()

    result = draftloop(*PAGE, "--folder", str(made))

    assert "The database in" in refused(result)
    assert "--reset" in refused(result)


def test_the_story_wants_a_folder_without_a_demo(draftloop, made):
    result = draftloop("demo", "--headless", "--model", "scripted", "--folder", str(made))

    assert "holds a demo already: add --reset" in refused(result)
