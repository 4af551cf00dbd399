"""The `trl` trainer's place in the contract suite: its own folder, rows and supervisor, with a stand-in for the training.

The training itself takes PyTorch and a minute; it has tests of its own in `tests/train`.
"""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.training.trainers.base import Trainer
from bot.training.trainers.trl import TrlTrainer

SCRIPT = Path(__file__).parent.parent / "fakes" / "trainer_script.py"
STAND_IN = """
import os, runpy, sys
from pathlib import Path
run = Path(os.environ["DRAFTLOOP_RUN_DIR"])
(run / "sft.train.jsonl").symlink_to(run / "rows" / "sft.train.jsonl")
sys.argv = [{script!r}, {behaviour!r}]
runpy.run_path({script!r}, run_name="__main__")
"""


@dataclass
class TrlPlace:
    trainer: Trainer
    again: Callable[[], Trainer]
    finish: Callable[[str], Awaitable[None]]
    starts: Callable[[str], int]


@asynccontextmanager
async def trl_place(tmp_path: Path, behaviour: str) -> AsyncIterator[TrlPlace]:
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    program = tmp_path / "stand_in.py"
    program.write_text(STAND_IN.format(script=str(SCRIPT), behaviour=behaviour))

    def build() -> TrlTrainer:
        command = (sys.executable, str(program))
        return TrlTrainer(str(model), data_dir=tmp_path, timeout_seconds=30, program=command, packages=())

    async def finish(external_id: str) -> None:
        (tmp_path / "runs" / external_id / "go").touch()

    def starts(key: str) -> int:
        return len((tmp_path / "runs" / key / "starts").read_text().splitlines())

    yield TrlPlace(build(), build, finish, starts)
    for run in (tmp_path / "runs").glob("*"):
        await build().cancel(run.name)
