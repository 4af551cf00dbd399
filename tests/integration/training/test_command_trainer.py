import asyncio
import hashlib
import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from bot.training import run_folder
from bot.training.trainers.base import Artefact, Progress, RunState, TrainerRefused, TrainingJob
from bot.training.trainers.command import CommandTrainer
from tests.fakes.listed_rows import ListedRows
from tests.fakes.patience import until, until_ended

SCRIPT = Path(__file__).parents[2] / "fakes" / "trainer_script.py"
PAIR = (
    '{"input":{"messages":[]},"preferred_output":[{"role":"assistant","content":"a"}],'
    '"non_preferred_output":[],"weight":1.0,"source":["Ev1"]}'
)
JOB = TrainingJob(
    "draftloop-1", {"rows": {}}, ListedRows({"sft.train.jsonl": ["{}"], "preference.train.jsonl": [PAIR]})
)


@pytest.fixture(autouse=True)
def supervisor_can_be_measured(monkeypatch):
    """The supervisor gets a chosen environment; coverage, when it measures, needs one more name in it."""
    names = (*run_folder.ALLOWED, "COVERAGE_PROCESS_CONFIG")
    monkeypatch.setattr(run_folder, "ALLOWED", names)


def build(tmp_path: Path, behaviour: str, *, timeout: float = 30, **environment: str) -> CommandTrainer:
    return CommandTrainer(
        [sys.executable, str(SCRIPT), behaviour],
        data_dir=tmp_path,
        timeout_seconds=timeout,
        environment={**os.environ, **environment},
    )


async def ending(trainer: CommandTrainer) -> Progress:
    return await until_ended(trainer, "draftloop-1")


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


async def test_files_are_private_lie_in_both_shapes_and_are_gone_when_the_command_ended(tmp_path):
    trainer = build(tmp_path, "wait_for_go")
    run = tmp_path / "runs" / "draftloop-1"

    await trainer.submit(JOB)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in run.rglob("*.json*")}
    trl = json.loads((run / "trl" / "preference.train.jsonl").read_text())
    openai = (run / "preference.train.jsonl").read_text()
    (run / "go").touch()
    await ending(trainer)

    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert modes == {0o600}
    assert list(trl) == ["prompt", "chosen", "rejected", "weight", "source"]
    assert openai == PAIR + "\n"
    assert list(run.rglob("*.jsonl")) == []
    assert (run / "manifest.json").exists()


async def test_the_command_sees_none_of_the_bots_secrets(tmp_path):
    trainer = build(tmp_path, "environment", SLACK_BOT_TOKEN="xoxb-1", DATABASE_URL="x", OPENAI_API_KEY="k")

    await trainer.submit(JOB)
    names = str((await ending(trainer)).result["names"]).split(",")

    assert "PATH" in names
    assert {name for name in names if name.startswith("DRAFTLOOP_")} == {
        "DRAFTLOOP_RUN_DIR",
        "DRAFTLOOP_MANIFEST",
        "DRAFTLOOP_RESULT",
        "DRAFTLOOP_SUBMISSION_KEY",
    }
    assert not {"SLACK_BOT_TOKEN", "DATABASE_URL", "OPENAI_API_KEY"} & set(names)


async def test_a_command_that_takes_too_long_is_stopped_with_all_it_started(tmp_path, monkeypatch):
    trainer = build(tmp_path, "stubborn", timeout=1.5)

    await trainer.submit(JOB)
    child = tmp_path / "runs" / "draftloop-1" / "child"
    await until(lambda: child.exists() and child.read_text())
    progress = await ending(trainer)

    assert progress == Progress(RunState.FAILED, detail="timeout")
    await until(lambda: not is_running(int(child.read_text())))


@pytest.mark.parametrize(("behaviour", "tuned"), [("adapter", True), ("adapter_untouched", False)])
async def test_an_adapter_goes_where_the_models_server_finds_it_by_its_hash(tmp_path, behaviour, tuned):
    trainer = build(tmp_path, behaviour)

    await trainer.submit(JOB)
    progress = await ending(trainer)

    digest = hashlib.sha256(b"GGUF and weights").hexdigest()
    assert progress.artefact == Artefact("adapter", digest, tuned=tuned)
    kept = tmp_path / "adapters" / f"{digest}.gguf"
    assert kept.read_bytes() == b"GGUF and weights"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize("behaviour", ["adapter_garbled", "adapter_linked"])
async def test_what_is_no_adapter_is_unknown_and_served_by_nobody(tmp_path, behaviour):
    trainer = build(tmp_path, behaviour)

    await trainer.submit(JOB)
    progress = await ending(trainer)

    assert progress == Progress(RunState.UNKNOWN, detail="bad_adapter", final=True)
    assert not list(tmp_path.glob("adapters/*"))


@pytest.mark.parametrize("behaviour", ["garbage", "huge", "linked"])
async def test_a_result_that_cannot_be_read_is_unknown_never_success(tmp_path, behaviour):
    trainer = build(tmp_path, behaviour)

    await trainer.submit(JOB)
    progress = await ending(trainer)

    assert progress == Progress(RunState.UNKNOWN, detail="bad_result", final=True)


async def test_endless_output_neither_blocks_the_command_nor_fills_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(run_folder, "LOG_BYTES", 100_000)
    trainer = build(tmp_path, "chatty")

    await trainer.submit(JOB)
    progress = await ending(trainer)

    assert progress.state == RunState.SUCCEEDED
    assert (tmp_path / "runs" / "draftloop-1" / "stdout.log").stat().st_size == 100_000


async def test_a_command_that_does_not_exist_failed(tmp_path):
    trainer = CommandTrainer(["/no/such/trainer", "--now"], data_dir=tmp_path, timeout_seconds=5)

    await trainer.submit(JOB)
    progress = await ending(trainer)

    assert progress.state == RunState.FAILED
    assert progress.detail == "not_started_2"


async def test_a_command_whose_supervisor_was_killed_is_followed_and_then_unknown(tmp_path):
    trainer = build(tmp_path, "wait_for_go")
    await trainer.submit(JOB)
    run = tmp_path / "runs" / "draftloop-1"
    await until(lambda: (run / "pid").exists() and (run / "starts").exists())
    command = int((run / "pid").read_text())
    supervisor = parent_of(command)

    os.kill(supervisor, signal.SIGKILL)
    await until(lambda: not is_running(supervisor))
    alive = await trainer.poll("draftloop-1")
    again = await trainer.submit(JOB)
    (run / "go").touch()
    progress = await ending(trainer)

    assert alive.state == RunState.RUNNING
    assert again == "draftloop-1"
    assert progress == Progress(RunState.UNKNOWN, detail="lost", final=True)
    assert len((run / "starts").read_text().splitlines()) == 1


async def test_a_data_folder_that_cannot_be_used_is_one_sentence_that_names_the_setting(tmp_path):
    (tmp_path / "a_file").touch()
    trainer = build(tmp_path / "a_file", "succeed")

    with pytest.raises(TrainerRefused, match="DRAFTLOOP_DATA_DIR cannot be used") as refused:
        await trainer.submit(JOB)

    assert refused.value.code == "data_dir"


async def test_a_run_whose_files_are_gone_is_unknown(tmp_path):
    progress = await build(tmp_path, "succeed").poll("draftloop-1")

    assert progress == Progress(RunState.UNKNOWN, detail="no_such_run", final=True)


async def test_files_left_half_written_by_a_crash_are_written_again_and_left_by_none(tmp_path):
    run = tmp_path / "runs" / "draftloop-1"
    run.mkdir(parents=True)
    (run / "sft.train.jsonl").write_text("half")
    (run / ".sft.train.jsonl.abcd").write_text("half")
    trainer = build(tmp_path, "succeed")

    await trainer.submit(JOB)
    progress = await ending(trainer)

    assert progress.result["rows"] == 1
    assert not (run / ".sft.train.jsonl.abcd").exists()


SUBMIT = """
import asyncio, sys
from pathlib import Path
from bot.training.trainers.base import TrainingJob
from bot.training.trainers.command import CommandTrainer
from tests.fakes.listed_rows import ListedRows
job = TrainingJob("draftloop-1", {"rows": {}}, ListedRows({"sft.train.jsonl": ["{}"] * 2000}))
trainer = CommandTrainer(sys.argv[2:], data_dir=Path(sys.argv[1]), timeout_seconds=30)
print("ready", flush=True)
asyncio.run(trainer.submit(job))
print("submitted", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("milliseconds", [0, 3, 10, 30, 60, 100, 200])
async def test_a_bot_killed_while_it_submits_starts_the_command_once_when_it_comes_back(
    tmp_path, milliseconds
):
    command = [sys.executable, str(SCRIPT), "succeed"]
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SUBMIT, str(tmp_path), *command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert bot.stdout is not None
    assert await bot.stdout.readline() == b"ready\n"
    await asyncio.sleep(milliseconds / 1000)
    bot.kill()
    await bot.wait()

    trainer = build(tmp_path, "succeed")
    await trainer.submit(JOB)
    progress = await ending(trainer)

    assert progress.state == RunState.SUCCEEDED
    assert len((tmp_path / "runs" / "draftloop-1" / "starts").read_text().splitlines()) == 1
