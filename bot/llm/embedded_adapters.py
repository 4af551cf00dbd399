"""The adapters that the embedded model's server offers, and when it has to start anew to offer others.

An adapter is a file `{sha256}.gguf`. A file whose content does not have that hash is left out: it was cut off or changed.
Like the server, this imports nothing of ours.
"""

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

LOOK_SECONDS: Final = 0.2
DRAIN_SECONDS: Final = 45.0  # as long as the bot itself waits for a text
_NAME: Final = re.compile(r"[0-9a-f]{64}\.gguf")
_BUSY: Final = re.compile(rb"^llamacpp:requests_(?:processing|deferred) (\d+)", re.MULTILINE)


def names(folder: Path) -> frozenset[str]:
    """Return what an adapter in the folder could be; an adapter that is still being written has another name."""
    if not folder.is_dir():
        return frozenset()
    return frozenset(path.name for path in folder.iterdir() if _NAME.fullmatch(path.name))


def whole(folder: Path) -> list[Path]:
    """Return the adapters in the folder that are what their name says, the oldest first."""
    found = [folder / name for name in names(folder)]
    kept = [path for path in found if _hash(path) == path.stem]
    return sorted(kept, key=lambda path: (path.stat().st_mtime_ns, path.name))


def wait_for_others(folder: Path, *, than: frozenset[str]) -> None:
    """Return when the folder holds other adapters than those."""
    while names(folder) == than:
        time.sleep(LOOK_SECONDS)


def wait_until_idle(read_metrics: Callable[[], bytes]) -> None:
    """Return when no request is being answered, or when those that are have had their time."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline and any(int(count) for count in _BUSY.findall(read_metrics())):
        time.sleep(LOOK_SECONDS)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
