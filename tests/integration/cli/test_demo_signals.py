"""Stopping the demo is no failure, whenever and however often somebody does it."""

import signal

import pytest

from tests.fakes.demo_process import running_demo


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept"


@pytest.mark.parametrize(
    "signals",
    [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGINT, signal.SIGINT)],
    ids=["ctrl-c", "sigterm", "ctrl-c again and again"],
)
def test_a_planned_stop_ends_well(folder, signals):
    with running_demo(folder, "--empty") as demo:
        code = demo.stop(*signals)

    assert code == 0, demo.output
    assert "Traceback" not in demo.output
    assert demo.lines[-1].startswith("Stopped.")
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_a_stop_while_the_samples_are_played_leaves_nothing_half_made(folder):
    with running_demo(folder, ready="Playing") as demo:
        code = demo.stop()

    assert code == 0, demo.output
    assert demo.lines[-1] == "Stopped. The next start begins anew."
    assert "Traceback" not in demo.output
    with running_demo(folder, "--empty") as again:
        assert again.stop() == 0
    assert "Everything is kept" in again.lines[-1]
