"""The demo's folder: what the demo keeps there, whether it can go on from it, and how it is emptied."""

import contextlib
import importlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Final, Literal

from bot.errors import BotError
from bot.runtime.appearing import appearing

FORMAT: Final = 1
DEFAULT: Final = Path("draftloop-demo")
_LOCK: Final = "demo.lock"
_TRAINED: Final = ("runs", "adapters", "models")
_OURS: Final = ("draftloop.db*", "slack.json", ".slack.json.*", "demo.json", ".demo.json.*", *_TRAINED, _LOCK)


class DemoRefused(BotError):
    """The demo cannot start so; the sentence says what to do."""

    code = "demo_refused"


@dataclass(frozen=True)
class Marker:
    """What the demo notes about itself in its folder: `demo.json`."""

    state: Literal["making", "made"] = "making"
    ahead_seconds: float = 0.0
    sample_until: str | None = None  # the `ts` after which nothing is sample data
    format: int = FORMAT

    @property
    def ahead(self) -> timedelta:
        """How far the demo's clock is ahead of real time."""
        return timedelta(seconds=self.ahead_seconds)


@dataclass(frozen=True)
class DemoFolder:
    """A folder that is ours while the demo runs."""

    path: Path

    @property
    def database_url(self) -> str:
        """Where the bot keeps everything."""
        return f"sqlite:///{self._database}"

    @property
    def workspace_file(self) -> Path:
        """Where the sandbox keeps its Slack."""
        return self.path / "slack.json"

    @property
    def adapters(self) -> Path:
        """Where trained adapters lie."""
        return self.path / "adapters"

    @property
    def is_whole(self) -> bool:
        """Whether there is a demo to go on from."""
        return self._marker_file.exists() and self._read_marker().state == "made"

    @property
    def _database(self) -> Path:
        return self.path / "draftloop.db"

    @property
    def _marker_file(self) -> Path:
        return self.path / "demo.json"

    def note(self, marker: Marker) -> None:
        """Write the marker; it is the old one or the new one, never half of it."""
        with appearing(self._marker_file) as file:
            file.write(json.dumps(asdict(marker)).encode())

    def empty(self) -> None:
        """Remove what the demo made, and nothing else.

        Raises:
            DemoRefused: other things are there too; nothing is removed.
        """
        _refuse_strangers(self.path)
        for path in self._made():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def find_demo(self) -> Marker | None:
        """Return what an earlier demo noted, or None if there is none to go on from; a half-made one is cleared away.

        Raises:
            DemoRefused: what is there is no demo, or one that cannot go on.
        """
        if not self._marker_file.exists():
            _refuse_strangers(self.path)
            if list(self._made()):
                raise DemoRefused(f"The demo in {self.path} is incomplete: {_again(self.path)}")
            return None
        marker = self._read_marker()
        if marker.state == "making":
            self.empty()
            return None
        for needed in (self._database, self.workspace_file):
            if not needed.exists():
                raise DemoRefused(f"The demo in {self.path} lacks its {needed.name}: {_again(self.path)}")
        return marker

    def _read_marker(self) -> Marker:
        try:
            noted = json.loads(self._marker_file.read_text(encoding="utf-8"))
            if noted["format"] == FORMAT:
                return Marker(**noted)
        except (OSError, ValueError, KeyError, TypeError):
            pass  # Said below in the same words: whatever is wrong, the same helps.
        raise DemoRefused(f"The demo in {self.path} was made by another version: {_again(self.path)}")

    def _made(self) -> Iterator[Path]:
        """What the demo made; the lock stays while we hold it."""
        return (path for path in self.path.iterdir() if _is_ours(path.name) and path.name != _LOCK)


@contextlib.contextmanager
def open_folder(path: Path) -> Iterator[DemoFolder]:
    """Make the folder if it is not there, and hold it against other demos.

    Raises:
        DemoRefused: it holds other things, it cannot be written, or another demo runs on it.
    """
    with contextlib.ExitStack() as stack:
        try:
            path.mkdir(parents=True, exist_ok=True)
            _refuse_strangers(path)  # Before anything of ours lies there.
            lock = stack.enter_context((path / _LOCK).open("w"))
        except OSError as error:
            raise DemoRefused(
                f"The folder {path} cannot be written ({error.strerror}): choose another with --folder."
            ) from None
        if not _locked(lock.fileno()):
            raise DemoRefused(f"A demo is running in {path} already: stop it, or choose another --folder.")
        yield DemoFolder(path)


def _refuse_strangers(path: Path) -> None:
    strangers = sorted(each.name for each in path.iterdir() if not _is_ours(each.name))
    if strangers:
        raise DemoRefused(
            f"{path} holds other things than a demo ({strangers[0]}); nothing was touched: "
            "give the demo a folder of its own with --folder."
        )


def stale(path: Path) -> DemoRefused:
    """Build the error for a demo whose database this program cannot read."""
    return DemoRefused(f"The database in {path} was made by another version: {_again(path)}")


def broken(path: Path) -> DemoRefused:
    """Build the error for a demo whose Slack this program cannot read."""
    return DemoRefused(f"The Slack in {path} cannot be read any more: {_again(path)}")


def _again(path: Path) -> str:
    where = "" if path == DEFAULT else f" --folder {path}"
    return f"start over with `draftloop demo{where} --reset`."


def _is_ours(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in _OURS)


def _locked(descriptor: int) -> bool:
    """Lock a file until it is closed, however we end; where the system has no such locks, trust."""
    try:
        fcntl = importlib.import_module("fcntl")
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
