"""Folders in which training programs of this machine run, and how the bot follows them, also after a restart.

A run's folder is `{data_dir}/runs/{submission_key}`, private to us. A program may leave there:
`result.json` (an object of figures; `model` names a model that the endpoint knows), `progress.json`
(`{"done": 0.4}`), `adapter.gguf` (a local adapter, which moves to `{data_dir}/adapters/{sha256}.gguf`).
Exit code 0 is success. Replicas of one deployment must share the data folder: it is what keeps a run from starting twice.
"""

import asyncio
import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from bot.runtime.appearing import appearing
from bot.training import supervisor
from bot.training.run_results import read_ending, read_progress
from bot.training.trainers.base import Progress, RunState, TrainerRefused, TrainerUnreachable

LOG_BYTES = 5 * 1024 * 1024  # kept of each of a program's two outputs
START_SECONDS = 10.0
LINES_AT_ONCE = 500
_LOOK_SECONDS = 0.02
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# What a training program may know of our environment: where programs and caches are, never our secrets.
ALLOWED = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV"),
    *("LD_LIBRARY_PATH", "CUDA_HOME", "CUDA_VISIBLE_DEVICES", "HF_HOME", "TORCH_HOME", "OMP_NUM_THREADS"),
)


@dataclass(frozen=True, slots=True)
class Order:
    """What the supervisor of a run is told.

    Args:
        argv: the program, without a shell.
        timeout_seconds: how long it may take.
        remove: paths in the folder, of files or folders, that go as soon as the program ended: people's texts.
        environment: what the program is told besides `ALLOWED`.
    """

    argv: Sequence[str]
    timeout_seconds: float
    remove: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


class RunFolders:
    """Starts a program per submission key, never twice, and tells how it stands."""

    def __init__(self, data_dir: Path, *, environment: Mapping[str, str] = os.environ) -> None:
        self._runs = data_dir.resolve() / "runs"
        self._adapters = data_dir.resolve() / "adapters"
        self._environment = {name: value for name, value in environment.items() if name in ALLOWED}

    def folder(self, key: str) -> Path:
        """Return where a run lies.

        Raises:
            TrainerRefused: this cannot be the key of a run.
        """
        if not _KEY.fullmatch(key) or key.startswith("."):
            raise TrainerRefused("This is not a run of this trainer.", code="no_such_run")
        return self._runs / key

    async def start(self, key: str, *, prepare: Callable[[Path], Awaitable[Order]]) -> None:
        """Start a run unless it was started: `prepare` writes its files and returns what to run.

        Raises:
            TrainerRefused: the data folder cannot be used.
            TrainerUnreachable: it did not start in time; try again.
        """
        run_dir = self.folder(key)
        try:
            await self._start(run_dir, prepare)
        except TrainerRefused:
            await self.clean(key)  # Nobody knows of this folder, so nobody else would.
            raise

    async def look(self, key: str) -> Progress:
        """Say how a run stands, from what its supervisor and its program left in the folder."""
        return await asyncio.to_thread(self._look, self.folder(key))

    async def cancel(self, key: str) -> None:
        """Ask the supervisor to stop the program; harmless when it ended or never was."""
        run_dir = self.folder(key)
        if run_dir.exists() and not (run_dir / "exit.json").exists():
            (run_dir / "cancel").touch(mode=0o600)

    async def clean(self, key: str) -> None:
        """Delete people's texts from the folder, also when the supervisor was killed; a running program keeps them."""
        await asyncio.to_thread(self._clean, self.folder(key))

    async def _start(self, run_dir: Path, prepare: Callable[[Path], Awaitable[Order]]) -> None:
        try:
            if not (run_dir / "started").exists():
                for folder in (self._runs, run_dir):
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_json(run_dir / "order.json", self._order(await prepare(run_dir)))
                await self._launch(run_dir)
        except OSError as error:
            raise TrainerRefused(
                f"The folder in DRAFTLOOP_DATA_DIR cannot be used ({error.strerror}).", code="data_dir"
            ) from None
        except subprocess.TimeoutExpired:
            raise TrainerUnreachable(code="supervisor_not_started") from None
        except (ValueError, KeyError):
            # Its text may quote a row.
            raise TrainerRefused("The frozen rows cannot be read.", code="bad_rows") from None

    def _order(self, order: Order) -> dict[str, Any]:
        told = {"environment": {**self._environment, **order.environment}, "log_bytes": LOG_BYTES}
        return {**asdict(order), **told}

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
            return read_ending(run_dir, adapters=self._adapters)
        if not (run_dir / "started").exists():
            return Progress(RunState.UNKNOWN, detail="no_such_run", final=True)
        if _is_alive(run_dir):
            return Progress(RunState.RUNNING, done=read_progress(run_dir))
        # Between our two looks the supervisor may have left its last word.
        if (run_dir / "exit.json").exists():
            return read_ending(run_dir, adapters=self._adapters)
        return Progress(RunState.UNKNOWN, detail="lost", final=True)

    def _clean(self, run_dir: Path) -> None:
        if not run_dir.is_dir() or ((run_dir / "started").exists() and _is_alive(run_dir)):
            return
        order = run_dir / "order.json"
        names = json.loads(order.read_text(encoding="utf-8"))["remove"] if order.exists() else []
        supervisor.remove_rows(run_dir, names)
        for left in (*run_dir.glob("*.jsonl"), *run_dir.glob("*/*.jsonl")):
            left.unlink(missing_ok=True)  # Written before a bot was killed that had not ordered anything yet.


async def write_lines(path: Path, *, lines: AsyncIterator[str]) -> None:
    """Write a private file of lines, whole or not at all, a few at a time and off the loop."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with appearing(path) as file:
        waiting: list[str] = []
        async for line in lines:
            waiting.append(f"{line}\n")
            if len(waiting) == LINES_AT_ONCE:
                await asyncio.to_thread(file.write, "".join(waiting).encode())
                waiting.clear()
        file.write("".join(waiting).encode())
        await asyncio.to_thread(_sync, file)


def write_json(path: Path, value: Any) -> None:
    """Write a private file with one JSON value, whole or not at all."""
    with appearing(path) as file:
        file.write(json.dumps(value, indent=2, ensure_ascii=False).encode())


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _is_alive(run_dir: Path) -> bool:
    """Whether the supervisor or the program still holds the lock; process ids can be reused, a lock cannot."""
    with (run_dir / "alive").open("r+") as alive:
        try:
            fcntl.flock(alive, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
