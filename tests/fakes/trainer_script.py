"""A training command for tests: does what its first argument says (`succeed` by itself), in the run folder it was started in."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

RUN = Path(os.environ["DRAFTLOOP_RUN_DIR"])


def succeed() -> None:
    rows = sum(1 for _ in (RUN / "sft.train.jsonl").open())
    (RUN / "result.json").write_text(json.dumps({"loss": 0.25, "rows": rows, "name": "tuned"}))


def fail() -> None:
    sys.exit(3)


def hang() -> None:
    time.sleep(120)


def stubborn() -> None:
    """Ignores polite requests, and leaves a child that would outlive it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    (RUN / "child").write_text(str(child.pid))
    time.sleep(120)


def garbage() -> None:
    (RUN / "result.json").write_text("not { json")


def huge() -> None:
    (RUN / "result.json").write_text(json.dumps({"text": "x" * 1_000_000}))


def linked() -> None:
    """Points at a file that is none of its business."""
    (RUN / "result.json").symlink_to(RUN / "manifest.json")


def adapter() -> None:
    (RUN / "adapter.gguf").write_bytes(b"GGUF and weights")


def adapter_untouched() -> None:
    adapter()
    (RUN / "result.json").write_text(json.dumps({"tuned": False}))


def adapter_garbled() -> None:
    (RUN / "adapter.gguf").write_bytes(b"no weights")


def adapter_linked() -> None:
    (RUN / "adapter.gguf").symlink_to(RUN / "manifest.json")


def chatty() -> None:
    block = "x" * 1_000_000
    for _ in range(12):
        sys.stdout.write(block)
    succeed()


def environment() -> None:
    (RUN / "result.json").write_text(json.dumps({"names": ",".join(sorted(os.environ))}))


def wait_for_go() -> None:
    """Runs until a file `go` appears in the run folder."""
    while not (RUN / "go").exists():
        time.sleep(0.02)
    succeed()


with (RUN / "starts").open("a") as starts:
    starts.write(f"{os.getpid()}\n")
globals()[sys.argv[1] if len(sys.argv) > 1 else "succeed"]()
