"""The demo that the README promises, as a person would start it."""

import json
import subprocess
import sys
from pathlib import Path

from handlers.cli.story import BETTER_TEXT

DRAFTLOOP = Path(sys.executable).parent / "draftloop"


def test_the_demo_plays_the_whole_loop_and_keeps_its_files_where_told(tmp_path):
    finished = subprocess.run(
        [DRAFTLOOP, "demo", "--folder", tmp_path / "kept"],
        capture_output=True,
        text=True,
        timeout=150,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    rows = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    assert {"reaction", "rating", "correction", "approval"} == {row["kind"] for row in rows}
    assert "withdrawn" in {row["status"] for row in rows}
    for shown in (
        BETTER_TEXT,
        "The office is closed on Monday.",
        "Only Ana sees this",
        "Retraining finished",
    ):
        assert shown in finished.stdout
    assert (tmp_path / "kept" / "draftloop.db").exists()
    assert BETTER_TEXT.encode() not in (tmp_path / "kept" / "draftloop.db").read_bytes()
