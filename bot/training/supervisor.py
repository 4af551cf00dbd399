"""The small process between the bot and a training program. It imports nothing of the bot.

Run as `python -I supervisor.py RUN_DIR`. It takes the run by creating `started` (only one process can), starts
the program in a process group of its own, keeps its output below a cap, stops it at the deadline or when a file
`cancel` appears, and leaves `exit.json`. It holds a lock on `alive` as long as it or the program lives: that is
how a bot that was restarted tells a running job from a lost one.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

LOOK_SECONDS = 0.1
MERCY_SECONDS = 5.0


def main(run_dir: Path) -> int:
    """Supervise one run; return 0 when there is nothing (more) to do."""
    alive = (run_dir / "alive").open("w")
    try:
        fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(os.open(run_dir / "started", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except (BlockingIOError, FileExistsError):
        return 0  # Somebody else took this run: never start it twice.
    _sync_folder(run_dir)
    order = json.loads((run_dir / "order.json").read_text(encoding="utf-8"))
    ending = _start_and_follow(run_dir, order, alive)
    remove_rows(run_dir, order["remove"])
    _write_exit(run_dir, ending)
    return 0


def remove_rows(run_dir: Path, names: list[str]) -> None:
    """Delete files and folders of rows, and what a bot left that was killed while it wrote them.

    People's texts rest in clear only while they are being trained on.
    """
    for path in (*(run_dir / name for name in names), *run_dir.rglob(".*.jsonl.*")):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _start_and_follow(run_dir: Path, order: dict[str, Any], alive: IO[str]) -> dict[str, Any]:
    try:
        process = _start(run_dir, order, alive)
    except OSError as error:
        return {"code": None, "detail": f"not_started_{error.errno}"}
    (run_dir / "pid").write_text(f"{process.pid}\n", encoding="ascii")
    logs = _keep_logs(run_dir, process, order["log_bytes"])
    detail = _wait(run_dir, process, time.monotonic() + order["timeout_seconds"])
    _stop_group(process)
    for log in logs:
        log.join(MERCY_SECONDS)
    return {"code": process.returncode, "detail": detail}


def _start(run_dir: Path, order: dict[str, Any], alive: IO[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - the operator's own command, without a shell
        order["argv"],
        cwd=run_dir,
        env=order["environment"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        pass_fds=(alive.fileno(),),
    )


def _keep_logs(run_dir: Path, process: "subprocess.Popen[bytes]", cap: int) -> list[threading.Thread]:
    streams = {"stdout.log": process.stdout, "stderr.log": process.stderr}
    logs = [
        threading.Thread(target=_copy, args=(stream, run_dir / name, cap), daemon=True)
        for name, stream in streams.items()
        if stream
    ]
    for log in logs:
        log.start()
    return logs


def _copy(stream: IO[bytes], path: Path, cap: int) -> None:
    """Copy a stream up to the cap and swallow the rest, so that a chatty command never blocks."""
    left = cap
    with path.open("wb") as file:
        while chunk := os.read(stream.fileno(), 65_536):
            file.write(chunk[:left])
            file.flush()
            left = max(0, left - len(chunk))


def _wait(run_dir: Path, process: "subprocess.Popen[bytes]", deadline: float) -> str | None:
    while process.poll() is None:
        if (run_dir / "cancel").exists():
            _stop_group(process)
            return "cancelled"
        if time.monotonic() >= deadline:
            _stop_group(process)
            return "timeout"
        time.sleep(LOOK_SECONDS)
    return None


def _stop_group(process: "subprocess.Popen[bytes]") -> None:
    """End the command and everything it started: first politely, then for good."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(MERCY_SECONDS)
    _signal(process, signal.SIGKILL)
    process.wait()


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # The whole group is gone.
        os.killpg(process.pid, number)


def _write_exit(run_dir: Path, ending: dict[str, Any]) -> None:
    draft = run_dir / "exit.json.part"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(ending, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(run_dir / "exit.json")
    _sync_folder(run_dir)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def detach(run_dir: Path) -> int:
    """Supervise in a process that belongs to nobody, so that the bot may wait for us, end, or be killed."""
    if os.fork():
        return 0
    os._exit(main(run_dir))


if __name__ == "__main__":
    sys.exit(detach(Path(sys.argv[1])))
