"""The `command` trainer: runs the operator's own program on files in a private folder, and outlives the bot.

The program starts in its run folder with, in its environment, `DRAFTLOOP_RUN_DIR`, `DRAFTLOOP_MANIFEST`,
`DRAFTLOOP_RESULT` and `DRAFTLOOP_SUBMISSION_KEY`; beside the manifest lie `sft.train.jsonl`, `sft.held_out.jsonl`
and so on, and the same in TRL's shape in `trl/`; these are deleted when the program ends, the rest of the folder stays.
It may write figures to `result.json`. Exit code 0 is success.
Replicas of one deployment must share the data folder: it is what keeps a run from starting twice.
"""

import asyncio
import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.runtime.appearing import appearing
from bot.training.formats import reshape_line
from bot.training.trainers import supervisor
from bot.training.trainers.base import (
    Progress,
    RunState,
    TrainerRefused,
    TrainerUnreachable,
    TrainingJob,
    read_result,
)

RESULT_BYTES = 64 * 1024
LOG_BYTES = 5 * 1024 * 1024
START_SECONDS = 10.0
_LOOK_SECONDS = 0.02
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# What a training program may know of our environment: where programs and caches are, never our secrets.
_ALLOWED = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV"),
    *("LD_LIBRARY_PATH", "CUDA_HOME", "CUDA_VISIBLE_DEVICES", "HF_HOME", "TORCH_HOME", "OMP_NUM_THREADS"),
)


class CommandTrainer:
    """Runs a command per job, never twice for the same submission key."""

    name = "command"

    def __init__(
        self,
        argv: Sequence[str],
        *,
        data_dir: Path,
        timeout_seconds: float,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._argv = list(argv)
        self._runs = data_dir.resolve() / "runs"
        self._timeout_seconds = timeout_seconds
        self._environment = {name: value for name, value in environment.items() if name in _ALLOWED}

    async def submit(self, job: TrainingJob) -> str:
        """Write the files, start the command; a run that was started is left alone."""
        run_dir = self._folder(job.submission_key)
        try:
            if not (run_dir / "started").exists():
                await asyncio.to_thread(self._prepare, run_dir, job)
                await self._launch(run_dir)
        except OSError as error:
            raise TrainerRefused(
                f"The folder in DRAFTLOOP_DATA_DIR cannot be used ({error.strerror}).", code="data_dir"
            ) from None
        except subprocess.TimeoutExpired:
            raise TrainerUnreachable(code="supervisor_not_started") from None
        return job.submission_key

    async def poll(self, external_id: str) -> Progress:
        """Say how a run stands, from what its supervisor left in the folder."""
        return await asyncio.to_thread(self._look, self._folder(external_id))

    async def cancel(self, external_id: str) -> None:
        """Ask the supervisor to stop the command."""
        run_dir = self._folder(external_id)
        if run_dir.exists() and not (run_dir / "exit.json").exists():
            (run_dir / "cancel").touch(mode=0o600)

    def _folder(self, key: str) -> Path:
        if not _KEY.fullmatch(key) or key.startswith("."):
            raise TrainerRefused("This is not a run of the command trainer.")
        return self._runs / key

    def _prepare(self, run_dir: Path, job: TrainingJob) -> None:
        for folder in (self._runs, run_dir, run_dir / "trl"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, lines in job.files.items():
            _write(run_dir / name, lines)
            _write(run_dir / "trl" / name, [reshape_line(line, shape="trl") for line in lines])
        _write(run_dir / "manifest.json", [json.dumps(job.manifest, indent=2, ensure_ascii=False)])
        _write(run_dir / "order.json", [json.dumps(self._order(run_dir, job))])

    def _order(self, run_dir: Path, job: TrainingJob) -> dict[str, Any]:
        told = {
            "DRAFTLOOP_RUN_DIR": str(run_dir),
            "DRAFTLOOP_MANIFEST": str(run_dir / "manifest.json"),
            "DRAFTLOOP_RESULT": str(run_dir / "result.json"),
            "DRAFTLOOP_SUBMISSION_KEY": job.submission_key,
        }
        return {
            "argv": self._argv,
            "environment": {**self._environment, **told},
            "timeout_seconds": self._timeout_seconds,
            "log_bytes": LOG_BYTES,
            "files": [name for base in job.files for name in (base, f"trl/{base}")],
        }

    async def _launch(self, run_dir: Path) -> None:
        """Start the supervisor, which detaches itself, and wait until the run is taken."""
        await asyncio.to_thread(self._spawn, run_dir)
        for _ in range(int(START_SECONDS / _LOOK_SECONDS)):
            if (run_dir / "started").exists():
                return
            await asyncio.sleep(_LOOK_SECONDS)
        raise TrainerUnreachable(code="supervisor_not_started")

    def _spawn(self, run_dir: Path) -> None:
        subprocess.run(  # noqa: S603 - our own file, in the interpreter that runs us
            [sys.executable, "-I", supervisor.__file__, str(run_dir)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            start_new_session=True,
            check=False,
            timeout=START_SECONDS,
        )

    def _look(self, run_dir: Path) -> Progress:
        if (run_dir / "exit.json").exists():
            return _ended(run_dir)
        if not (run_dir / "started").exists():
            return Progress(RunState.UNKNOWN, detail="no_such_run", final=True)
        if _is_alive(run_dir):
            return Progress(RunState.RUNNING)
        # Between our two looks the supervisor may have left its last word.
        return (
            _ended(run_dir)
            if (run_dir / "exit.json").exists()
            else Progress(RunState.UNKNOWN, detail="lost", final=True)
        )


def _write(path: Path, lines: Iterable[str]) -> None:
    """Write a private file of lines, whole or not at all."""
    with appearing(path) as file:
        file.writelines(f"{line}\n".encode() for line in lines)


def _is_alive(run_dir: Path) -> bool:
    """Whether the supervisor or the command still holds the lock; process ids can be reused, a lock cannot."""
    with (run_dir / "alive").open("r+") as alive:
        try:
            fcntl.flock(alive, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _ended(run_dir: Path) -> Progress:
    ending = json.loads((run_dir / "exit.json").read_text(encoding="utf-8"))
    if ending["detail"] == "cancelled":
        return Progress(RunState.CANCELLED, detail="cancelled")
    if ending["detail"] or ending["code"] != 0:
        return Progress(RunState.FAILED, detail=ending["detail"] or f"exit_{ending['code']}")
    result = _result(run_dir / "result.json")
    return (
        Progress(RunState.UNKNOWN, detail="bad_result", final=True)
        if result is None
        else Progress(RunState.SUCCEEDED, result)
    )


def _result(path: Path) -> dict[str, Any] | None:
    """Return what the command wrote, {} if it wrote nothing, None if it cannot be read."""
    if path.is_symlink() or not path.exists():
        return None if path.is_symlink() else {}
    if not path.is_file() or path.stat().st_size > RESULT_BYTES:
        return None
    try:
        return read_result(json.loads(path.read_bytes()), limit=50)
    except (ValueError, RecursionError):
        return None
