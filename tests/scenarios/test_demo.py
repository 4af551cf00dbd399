"""The demo that the README promises, as a person would start it."""

import json
import os
import signal
import subprocess
from datetime import UTC, datetime

from bot.runtime.schedule import next_weekly
from handlers.cli.demo.story import BETTER_TEXT, FIRST_BRIEF, SECOND_BRIEF
from tests.fakes.demo_process import DRAFTLOOP, kept_ids, running_demo


def test_the_demo_plays_the_whole_loop_and_keeps_its_files_where_told(tmp_path):
    finished = subprocess.run(
        [DRAFTLOOP, "demo", "--model", "scripted", "--folder", tmp_path / "kept"],
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


def exported(folder):
    """The ledger as `draftloop export feedback` tells it."""
    finished = subprocess.run(
        [DRAFTLOOP, "export", "feedback"],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'draftloop.db'}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in finished.stdout.splitlines()]


def ts_of(html):
    return html.partition('data-ts="')[2].partition('"')[0]


def test_after_a_restart_everything_stands_there_and_feedback_on_old_drafts_counts(tmp_path):
    folder = tmp_path / "kept"
    with running_demo(folder, "--empty") as demo:
        people, channels = kept_ids(folder)
        ana, ben, playground = people["Ana"], people["Ben"], channels["playground"]

        # A draft, and a correction that the next draft follows.
        demo.do(ana, "command", channel=playground, text=f"/draft {FIRST_BRIEF}")
        first = demo.wait_for_message(ana, playground, "draft_use")
        assert "Hi everyone!" in first
        demo.do(ben, "say", channel=playground, text=f"Better: {BETTER_TEXT}", thread=ts_of(first))
        demo.wait_for_message(ana, playground, "3 replies")
        demo.do(ana, "command", channel=playground, text=f"/draft {SECOND_BRIEF}")
        second = demo.wait_for_message(ana, playground, "The office is closed on Monday.")
        assert "Hi everyone!" not in second

        # An hour passes, and the demo is stopped.
        later = datetime.now(UTC).timestamp() + 3600
        demo.do(ana, "jump", to=datetime.fromtimestamp(later, UTC).isoformat())
        before = [ts_of(html) for html in demo.messages(ana, playground)]
        assert demo.stop(signal.SIGTERM) == 0

    with running_demo(folder) as again:
        assert [ts_of(html) for html in again.messages(ana, playground)] == before
        assert "3 replies" in str(again.messages(ana, playground))
        assert "goes on where it stopped" in again.output
        again.do(ben, "react", channel=playground, ts=ts_of(second), name="+1")
        again.do(ben, "say", channel=playground, text="hello")
        again.wait_for_message(ben, playground, "hello")
        again.do(ana, "command", channel=playground, text="/draftloop stats 7d")
        assert "2 drafts" in str(again.screen(**{"as": ana, "in": playground})["lists"])
        hello = next(html for html in again.messages(ben, playground) if "hello" in html)
        assert float(ts_of(hello)) >= later  # The clock goes on where it stood.
        assert again.stop() == 0

    rows = exported(folder)
    assert {(row["kind"], row["value"], row["status"]) for row in rows} >= {
        ("reaction", "positive", "counted")
    }
    assert {row["user"] for row in rows} == {ben}


def test_the_sample_week_is_real_and_friday_brings_the_digest(tmp_path):
    folder = tmp_path / "kept"
    with running_demo(folder) as demo:
        people, channels = kept_ids(folder)
        ana, launch = people["Ana"], channels["launch"]
        before = demo.messages(ana, launch)
        assert "data-author" not in str(demo.messages(ana, channels["playground"]))  # Left for the first try.
        assert any("week" in html and "/files/" in html for html in before)  # A digest with its picture.

        friday = next_weekly("fri", "15:00", tz="UTC", after=datetime.now(UTC))
        demo.do(ana, "jump", to=friday.isoformat())
        digest = demo.wait_for_message(ana, launch, f"week {friday.isocalendar().week}")

        assert digest not in before
        assert demo.stop() == 0

    rows = exported(folder)
    assert {row["kind"] for row in rows} == {"reaction", "button", "rating", "correction", "approval", "flag"}
