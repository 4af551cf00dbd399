"""The `trl` trainer around its program: what it refuses, and a run whose processes are gone. The training is `tests/train`."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from bot.llm import embedded
from bot.training.trainers.base import RunState, TrainerRefused, TrainerUnreachable, TrainingJob
from bot.training.trainers.trl import NEEDED, TrlTrainer, memory_needed
from tests.fakes.listed_rows import ListedRows
from tests.fakes.patience import until, until_ended

LINE = '{"messages":[{"role":"user","content":"A"},{"role":"assistant","content":"B"}],"weight":1.0,"source":["E"]}'
THUMB = '{"prompt":[],"completion":[],"label":true,"weight":1.0,"source":["E"]}'
JOB = TrainingJob("run-1", {}, ListedRows({"sft.train.jsonl": [LINE] * 3, "sft.held_out.jsonl": [LINE]}))
# Waits in its first life; in a later one it leaves a result.
TWO_LIVES = """
import os, time
from pathlib import Path
run = Path(os.environ["DRAFTLOOP_RUN_DIR"])
lives = run / "lives"
lives.write_text((lives.read_text() if lives.exists() else "") + f"{os.getpid()}\\n")
if len(lives.read_text().splitlines()) == 1:
    time.sleep(120)
(run / "result.json").write_text('{"rows": %d}' % len((run / "rows" / "sft.train.jsonl").read_text().splitlines()))
"""


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return str(folder)


def build(tmp_path, model, *, program="pass", packages=(), timeout_seconds=30.0):
    command = (sys.executable, "-c", program)
    return TrlTrainer(
        model, data_dir=tmp_path, timeout_seconds=timeout_seconds, program=command, packages=packages
    )


async def test_missing_packages_are_refused_with_the_command_that_brings_them(tmp_path, model):
    trainer = build(tmp_path, model, packages=(*NEEDED, "a_package_that_nobody_has"))

    with pytest.raises(TrainerRefused, match=r'pip install "draftloop\[trl\]"') as refused:
        await trainer.submit(JOB)

    assert refused.value.code == "trl_not_installed"
    assert not (tmp_path / "runs" / "run-1" / "started").exists()


async def test_a_model_that_is_not_there_is_refused(tmp_path):
    trainer = build(tmp_path, str(tmp_path / "nowhere"))

    with pytest.raises(TrainerRefused, match="DRAFTLOOP_TRAINER_TRL_MODEL"):
        await trainer.submit(JOB)


async def test_without_the_embedded_model_a_model_has_to_be_named(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda _: None)

    with pytest.raises(TrainerRefused, match="set DRAFTLOOP_TRAINER_TRL_MODEL"):
        await build(tmp_path, None).submit(JOB)


async def test_too_little_memory_is_refused_with_both_figures(tmp_path, model, monkeypatch):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=300_000_000))

    with pytest.raises(TrainerRefused, match=r"about 1\.2 GB of memory and 0\.3 GB are free"):
        await build(tmp_path, model).submit(JOB)


async def test_a_dataset_without_texts_is_refused(tmp_path, model):
    job = TrainingJob("run-1", {}, ListedRows({"sft.train.jsonl": [], "kto.train.jsonl": [THUMB] * 30}))

    with pytest.raises(TrainerRefused, match="there are none yet"):
        await build(tmp_path, model).submit(job)


def test_a_packed_model_needs_more_memory_than_its_file_says(tmp_path):
    packed = tmp_path / "model.gguf"
    packed.write_bytes(b"x" * 1000)
    (tmp_path / "model.safetensors").write_bytes(b"x" * 1000)

    assert memory_needed(packed) > memory_needed(tmp_path) > 1_000_000_000


async def test_the_program_gets_its_training_rows_in_private_and_nothing_is_left_of_them(tmp_path, model):
    program = """
import json, os
from pathlib import Path
run = Path(os.environ["DRAFTLOOP_RUN_DIR"])
rows = sorted((run / "rows").iterdir())
modes = sorted({oct(path.stat().st_mode & 0o777) for path in rows})
result = {"files": ",".join(path.name for path in rows), "modes": ",".join(modes), "offline": os.environ["HF_HUB_OFFLINE"]}
(run / "work").mkdir()
(run / "work" / "cache.arrow").write_text("texts")
(run / "result.json").write_text(json.dumps(result))
"""
    trainer = build(tmp_path, model, program=program)

    await trainer.submit(JOB)
    progress = await until_ended(trainer, "run-1")

    assert progress.result == {
        "files": "kto.train.jsonl,preference.train.jsonl,sft.train.jsonl",
        "modes": "0o600",
        "offline": "1",
    }
    assert not (tmp_path / "runs" / "run-1" / "rows").exists()
    assert not (tmp_path / "runs" / "run-1" / "work").exists()


async def test_a_run_whose_processes_are_gone_is_started_again_with_its_rows(tmp_path, model):
    trainer = build(tmp_path, model, program=TWO_LIVES)
    await trainer.submit(JOB)
    await kill_everything(tmp_path / "runs" / "run-1")

    progress = await until_ended(trainer, "run-1")

    assert progress.state == RunState.SUCCEEDED
    assert progress.result == {"rows": 3}


async def test_of_two_replicas_one_starts_it_again(tmp_path, model):
    trainer, other = (build(tmp_path, model, program=TWO_LIVES) for _ in range(2))
    await trainer.submit(JOB)
    await kill_everything(tmp_path / "runs" / "run-1")

    looks = await asyncio.gather(trainer.poll("run-1"), other.poll("run-1"), return_exceptions=True)
    await until_ended(trainer, "run-1")

    assert all(not isinstance(look, Exception) or isinstance(look, TrainerUnreachable) for look in looks)
    assert len((tmp_path / "runs" / "run-1" / "lives").read_text().splitlines()) == 2


async def test_a_run_that_is_lost_again_and_again_is_given_up(tmp_path, model):
    trainer = build(tmp_path, model, program=TWO_LIVES)
    await trainer.submit(JOB)
    run = tmp_path / "runs" / "run-1"
    for number in range(1, 6):
        (run / f"again-{number}").touch()
    await kill_everything(run)

    progress = await trainer.poll("run-1")

    assert progress.state == RunState.UNKNOWN
    assert progress.final


async def kill_everything(run: Path) -> None:
    """End a run's program and its supervisor at once, as the loss of the machine would."""
    await until(lambda: (run / "lives").exists() and (run / "lives").read_text())
    program = int((run / "pid").read_text())
    supervisor = int(stat_of(program)[1])
    for process in (supervisor, program):
        os.kill(process, signal.SIGKILL)
    await until(lambda: is_gone(program))


def is_gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists() or stat_of(process)[0] == "Z"


def stat_of(process: int) -> list[str]:
    """The state of a process, its parent and so on."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
