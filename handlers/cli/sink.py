"""Where an export goes: a file that appears whole or not at all, or standard output; with a progress bar for people."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from bot.errors import BotError
from bot.runtime.appearing import appearing


class OutRefused(BotError):
    """The file cannot be written."""

    code = "out_refused"


class Sink:
    """Takes bytes and moves the bar."""

    def __init__(self, file: BinaryIO, progress: Progress, *, total: int) -> None:
        self._file = file
        self._progress = progress
        self._task = progress.add_task("rows", total=total)

    def write(self, chunk: bytes, *, rows: int) -> None:
        """Write a chunk that holds this many rows."""
        self._file.write(chunk)
        self._progress.advance(self._task, rows)


@contextmanager
def open_sink(path: Path | None, *, total: int) -> Iterator[Sink]:
    """Open standard output, or a file that takes its name only when everything is written (mode 0600)."""
    with _bar(path) as progress:
        if path is None:
            yield Sink(sys.stdout.buffer, progress, total=total)
            sys.stdout.buffer.flush()
            return
        with _appearing(path) as file:
            yield Sink(file, progress, total=total)


def _bar(path: Path | None) -> Progress:
    """Build the bar; it is shown only where it disturbs nobody."""
    wanted = sys.stderr.isatty() and (path is not None or not sys.stdout.isatty())
    console = Console(stderr=True)
    return Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not wanted,
        transient=True,
    )


@contextmanager
def _appearing(path: Path) -> Iterator[BinaryIO]:
    with ExitStack() as stack:
        try:
            file = stack.enter_context(appearing(path))
        except OSError as error:
            raise OutRefused(f"{path} cannot be written: {error.strerror}.") from None
        yield file
