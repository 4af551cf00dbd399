"""Real processes: one is killed or stalls inside a step, another finishes what it began."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.runtime.durable import Durable

pytestmark = pytest.mark.crash

ROOT = Path(__file__).parents[3]
PROCESS = Path(__file__).parent / "replica_process.py"


class Folder:
    """What the replicas told, in their order."""

    def __init__(self, path):
        self.path = path

    def lines(self):
        told = self.path / "told"
        return told.read_text().splitlines() if told.exists() else []

    def wait_for(self, line, *, seconds=60):
        deadline = time.monotonic() + seconds
        while line not in self.lines():
            assert time.monotonic() < deadline, f"{line!r} never came: {self.lines()}"
            time.sleep(0.02)

    def go(self):
        (self.path / "go").touch()


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "story"
    path.mkdir()
    return Folder(path)


@pytest.fixture
def start(database_url, folder):
    processes = []

    def start_replica(replica_id):
        process = subprocess.Popen(
            [sys.executable, "-W", "error", PROCESS, database_url, replica_id, folder.path],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
        )
        processes.append(process)
        folder.wait_for(f"ready {replica_id}")
        return process

    yield start_replica
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
        process.communicate(timeout=30)


async def _ask(database):
    asking = Durable(database, executor_id="asking")
    await asking.ensure_tables()
    async with database.begin() as unit:
        await asking.enqueue(unit, "story", "d1", workflow_id="story:d1")
    return asking


async def test_a_killed_replicas_work_goes_on_behind_its_last_step(database, start, folder):
    asking = await _ask(database)
    victim = start("victim")
    folder.wait_for("second begun by victim")
    victim.kill()
    folder.go()

    start("rescuer")
    await asking.result("story:d1", timeout=60)
    await asking.close()

    assert folder.lines() == [
        "ready victim",
        "first by victim",
        "second begun by victim",
        "ready rescuer",
        "second begun by rescuer",
        "second by rescuer",
        "third by rescuer",
    ]


async def test_two_living_replicas_take_over_a_dead_one_once(database, start, folder):
    asking = await _ask(database)
    victim = start("victim")
    folder.wait_for("second begun by victim")
    start("left")
    start("right")
    victim.kill()
    folder.go()

    await asking.result("story:d1", timeout=60)
    await asking.close()

    told = [line.split(" by ")[0] for line in folder.lines() if " by " in line]
    assert told == ["first", "second begun", "second begun", "second", "third"]


async def test_a_replica_that_stops_hands_its_work_over_at_once(database, start, folder):
    asking = await _ask(database)
    leaving = start("leaving")
    folder.wait_for("second begun by leaving")
    start("staying")

    leaving.communicate(timeout=30)
    folder.go()
    await asking.result("story:d1", timeout=60)
    await asking.close()

    assert folder.lines()[-3:] == ["second begun by staying", "second by staying", "third by staying"]


# Not on SQLite: a stopped process may hold the file's only write lock, and then everybody waits for it.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_replica_that_comes_back_from_the_dead_stops_where_it_was(database, start, folder):
    asking = await _ask(database)
    stalled = start("stalled")
    folder.wait_for("second begun by stalled")
    stalled.send_signal(signal.SIGSTOP)
    start("rescuer")
    folder.wait_for("second begun by rescuer")
    folder.go()
    await asking.result("story:d1", timeout=60)

    stalled.send_signal(signal.SIGCONT)
    folder.wait_for("second by stalled")
    finished = stalled.communicate(timeout=30)
    await asking.close()

    assert finished is not None
    assert "third by stalled" not in folder.lines()
    assert folder.lines().count("third by rescuer") == 1
