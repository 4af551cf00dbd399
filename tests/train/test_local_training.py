"""Local training for real, on a tiny random Llama. Skipped where PyTorch and TRL are not installed."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.training.trainers.base import Progress, RunState, TrainingJob
from bot.training.trainers.trl import NEEDED, TrlTrainer
from tests.fakes.listed_rows import ListedRows
from tests.fakes.patience import until_found

pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif(
        not all(importlib.util.find_spec(name) for name in NEEDED),
        reason='local training is not installed here: pip install "draftloop[trl]"',
    ),
    pytest.mark.timeout(900),
]
SECRET = "harbour-desk-secret"
COMMON = {"weight": 0.9, "source": ["Ev1"]}


def asked(number):
    return [{"role": "user", "content": f"Announce {number}"}]


def said(text):
    return [{"role": "assistant", "content": text}]


def lines(rows):
    return [json.dumps({**row, **COMMON}) for row in rows]


SFT = lines({"messages": asked(n) + said(f"{SECRET} {n}.")} for n in range(8))
PAIRS = lines(
    {"input": {"messages": asked(n)}, "preferred_output": said("Yes."), "non_preferred_output": said("No!")}
    for n in range(8)
)
THUMBS = lines({"prompt": asked(n), "completion": said("Yes."), "label": n % 2 == 0} for n in range(8))


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny-llama")
    script = Path(__file__).with_name("make_model.py")
    subprocess.run([sys.executable, str(script), str(folder)], check=True, capture_output=True)
    return str(folder)


def job(**files):
    return TrainingJob("run-1", {}, ListedRows({f"{kind}.train.jsonl": rows for kind, rows in files.items()}))


def build(tmp_path, model, **most_steps):
    return TrlTrainer(model, data_dir=tmp_path, timeout_seconds=600, most_steps=most_steps)


async def until_done(trainer) -> Progress:
    async def look():
        progress = await trainer.poll("run-1")
        return progress if progress.ended else None

    return await until_found(look, within=600)


def words_of(folder: Path) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


async def test_texts_then_pairs_become_an_adapter_and_no_text_stays(tmp_path, model):
    trainer = build(tmp_path, model, sft=3, dpo=2)

    await trainer.submit(job(sft=SFT, preference=PAIRS, kto=THUMBS))
    progress = await until_done(trainer)

    assert progress.state == RunState.SUCCEEDED, words_of(tmp_path / "runs")
    assert progress.result["method"] == "sft+dpo"
    assert (progress.result["sft steps"], progress.result["dpo steps"]) == (3, 2)
    assert progress.artefact is not None
    assert progress.artefact.kind == "adapter"
    adapter = tmp_path / "adapters" / f"{progress.artefact.reference}.gguf"
    assert adapter.read_bytes()[:4] == b"GGUF"
    assert adapter.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "runs" / "run-1" / "peft" / "adapter_model.safetensors").exists()
    assert SECRET not in words_of(tmp_path / "runs")


async def test_lone_thumbs_are_trained_on_top_where_there_are_no_pairs(tmp_path, model):
    trainer = build(tmp_path, model, sft=2, kto=2)

    await trainer.submit(job(sft=SFT, kto=THUMBS))
    progress = await until_done(trainer)

    assert progress.state == RunState.SUCCEEDED, words_of(tmp_path / "runs")
    assert progress.result["method"] == "sft+kto"


async def test_a_run_that_was_killed_goes_on_from_its_checkpoint(tmp_path, model):
    trainer = build(tmp_path, model)
    run = tmp_path / "runs" / "run-1"
    await trainer.submit(job(sft=SFT))

    async def has_a_checkpoint():
        await trainer.poll("run-1")
        return any(run.glob("work/sft/checkpoint-*/trainer_state.json")) or None

    await until_found(has_a_checkpoint, within=300)
    kill_everything(run)
    progress = await until_done(trainer)

    told = [line for line in (run / "stdout.log").read_text().splitlines() if line.startswith("sft ")]
    assert progress.state == RunState.SUCCEEDED, words_of(run)
    assert told[-1].startswith("sft 24/24")
    assert not told[0].startswith("sft 1/")  # The second life did not begin at the first step.


async def test_a_cancelled_run_ends_and_leaves_no_rows(tmp_path, model):
    trainer = build(tmp_path, model, sft=2000)
    await trainer.submit(job(sft=SFT * 800))

    async def has_begun():
        return (await trainer.poll("run-1")).done or None

    await until_found(has_begun, within=300)
    await trainer.cancel("run-1")
    progress = await until_done(trainer)

    assert progress.state == RunState.CANCELLED
    assert not (tmp_path / "runs" / "run-1" / "rows").exists()
    assert SECRET not in words_of(tmp_path / "runs")


async def test_a_kind_of_model_that_cannot_be_served_fails_before_it_is_trained(tmp_path, model):
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.json").write_text('{"model_type": "falcon"}')
    trainer = build(tmp_path, str(other))

    await trainer.submit(job(sft=SFT))
    progress = await until_done(trainer)

    assert (progress.state, progress.detail) == (RunState.FAILED, "exit_4")


def kill_everything(run: Path) -> None:
    program = int((run / "pid").read_text())
    supervisor = int(Path(f"/proc/{program}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(supervisor, signal.SIGKILL)
    os.killpg(program, signal.SIGKILL)
