"""What a training program left in its folder: how it ended, its figures, its adapter. All of it is checked."""

import hashlib
import json
from pathlib import Path
from typing import Any

from bot.runtime.appearing import appearing
from bot.training.trainers.base import (
    Artefact,
    Progress,
    RunState,
    is_tuned,
    read_model,
    read_result,
    read_share,
)

RESULT_BYTES = 64 * 1024
GGUF_MAGIC = b"GGUF"


def read_ending(run_dir: Path, *, adapters: Path) -> Progress:
    """Return how a run ended; its adapter, if it left one, is in the folder `adapters` afterwards."""
    ending = json.loads((run_dir / "exit.json").read_text(encoding="utf-8"))
    if ending["detail"] == "cancelled":
        return Progress(RunState.CANCELLED, detail="cancelled")
    if ending["detail"] or ending["code"] != 0:
        return Progress(RunState.FAILED, detail=ending["detail"] or f"exit_{ending['code']}")
    result = _result(run_dir / "result.json")
    if result is None:
        return Progress(RunState.UNKNOWN, detail="bad_result", final=True)
    try:
        artefact = _adapter(run_dir, adapters, tuned=is_tuned(result)) or read_model(result)
    except ValueError:
        return Progress(RunState.UNKNOWN, detail="bad_adapter", final=True)
    return Progress(RunState.SUCCEEDED, result, done=1.0, artefact=artefact)


def read_progress(run_dir: Path) -> float | None:
    """Return the share done that the program last told, None where it tells nothing that can be read."""
    told = _object(run_dir / "progress.json")
    return read_share(told.get("done")) if isinstance(told, dict) else None


def _result(path: Path) -> dict[str, Any] | None:
    """Return what the program wrote, {} if it wrote nothing, None if it cannot be read."""
    if not path.is_symlink() and not path.exists():
        return {}
    return read_result(_object(path), limit=50)


def _object(path: Path) -> Any:
    """Return a small JSON file's value; None where there is none, or nothing that we would read."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > RESULT_BYTES:
        return None
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None


def _adapter(run_dir: Path, adapters: Path, *, tuned: bool) -> Artefact | None:
    """Move the adapter to where the model's server finds it; its hash is noted first, so a kill loses nothing.

    Raises:
        ValueError: what lies there is no adapter.
    """
    made, note = run_dir / "adapter.gguf", run_dir / "adapter.sha256"
    if made.is_symlink():
        raise ValueError("adapter.gguf is a link")
    if made.exists():
        _note_hash(made, note)
        adapters.mkdir(mode=0o700, parents=True, exist_ok=True)
        made.chmod(0o600)
        made.replace(adapters / f"{note.read_text(encoding='ascii')}.gguf")
    return Artefact("adapter", note.read_text(encoding="ascii"), tuned=tuned) if note.exists() else None


def _note_hash(made: Path, note: Path) -> None:
    with made.open("rb") as file:
        if file.read(len(GGUF_MAGIC)) != GGUF_MAGIC:
            raise ValueError("adapter.gguf is not a GGUF file")
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with appearing(note) as noted:
        noted.write(digest.encode())
