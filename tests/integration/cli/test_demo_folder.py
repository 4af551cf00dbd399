import json

import pytest

from handlers.cli.demo.folder import DemoRefused, Marker, open_folder

MADE = (
    "draftloop.db",
    "draftloop.db-wal",
    "draftloop.db.key",
    "draftloop.db.inbox",
    "slack.json",
    "demo.json",
)


@pytest.fixture
def folder(tmp_path):
    with open_folder(tmp_path / "kept") as opened:
        yield opened


def names_in(folder):
    return sorted(path.name for path in folder.path.iterdir())


def make(folder):
    for name in MADE:
        (folder.path / name).touch()
    (folder.path / "runs" / "one").mkdir(parents=True)
    (folder.path / "runs" / "one" / "sft.jsonl").touch()


def test_a_new_folder_holds_no_demo(folder):
    assert folder.find_demo() is None


def test_what_was_noted_is_found_again(folder):
    make(folder)
    marker = Marker("made", 3600.5, "1790000000.000100")

    folder.note(marker)

    assert folder.find_demo() == marker
    assert folder.is_whole


def test_emptying_removes_what_the_demo_made_and_keeps_the_lock(folder):
    make(folder)

    folder.empty()

    assert names_in(folder) == ["demo.lock"]


def test_emptying_follows_no_link_out_of_the_folder(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    (folder.path / "runs").symlink_to(outside)

    folder.empty()

    assert names_in(folder) == ["demo.lock"]
    assert (outside / "precious").exists()


def test_a_half_made_demo_is_cleared_away_by_itself(folder):
    make(folder)
    folder.note(Marker())

    assert not folder.is_whole
    assert folder.find_demo() is None
    assert names_in(folder) == ["demo.lock"]


def test_a_half_made_demo_beside_other_things_is_left_alone(folder):
    folder.note(Marker())
    (folder.path / "mine.txt").touch()

    with pytest.raises(DemoRefused, match=r"mine\.txt"):
        folder.find_demo()

    assert names_in(folder) == ["demo.json", "demo.lock", "mine.txt"]


def test_a_marker_is_written_whole(folder):
    folder.note(Marker("made", 1.0, None))

    kept = json.loads((folder.path / "demo.json").read_text())
    assert kept == {"state": "made", "ahead_seconds": 1.0, "sample_until": None, "format": 1}
    assert names_in(folder) == ["demo.json", "demo.lock"]


def test_the_lock_is_free_again_after_the_demo(tmp_path):
    with open_folder(tmp_path), pytest.raises(DemoRefused, match="running"), open_folder(tmp_path):
        pass

    with open_folder(tmp_path) as again:
        assert again.path == tmp_path
