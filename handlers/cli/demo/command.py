"""`draftloop demo`: the whole loop against a Slack on localhost, in the browser or told in the terminal. No key needed."""

import asyncio
import contextlib
import signal
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from bot.errors import BotError
from bot.logs import configure_logs
from handlers.cli.boundary import fail
from handlers.cli.demo.folder import DEFAULT, DemoFolder, DemoRefused, open_folder
from handlers.cli.demo.headless import tell_story
from handlers.cli.demo.model import Kind, checked_kind
from handlers.cli.demo.page import PageDemo, refuse_busy_port
from handlers.cli.serve import stop_signal

LAST_PORT = 65535


def demo(
    folder: Path | None = typer.Option(
        None, help=f"Where the demo keeps its files (default: {DEFAULT}; thrown away with --headless)."
    ),
    headless: bool = typer.Option(False, "--headless", help="Tell the story in the terminal instead."),
    page: bool = typer.Option(False, "--page", help="Serve the page even without a terminal."),
    reset: bool = typer.Option(False, "--reset", help="Throw the demo's files away and start over."),
    empty: bool = typer.Option(False, "--empty", help="Start without sample data: people and channels only."),
    port: int = typer.Option(8765, min=0, max=LAST_PORT, help="The page's port on this machine; 0: any."),
    model: str | None = typer.Option(
        None,
        help="What writes: embedded (if installed, the default), scripted, or endpoint (OPENAI_BASE_URL).",
    ),
    no_browser: bool = typer.Option(False, "--no-browser", help="Only print the page's address."),
) -> None:
    """Try the whole loop on this machine: ask, correct, see the next draft follow, see the digest. No Slack, no key."""
    configure_logs(level="ERROR")
    console = Console(highlight=False)
    try:
        kind = checked_kind(model)
        if _wants_page(headless=headless, page=page):
            refuse_busy_port(port)
            shown = PageDemo(console, kind=kind, port=port, with_samples=not empty, browse=not no_browser)
            with open_folder(folder or DEFAULT) as home:
                _prepare(home, reset=reset)
                _run(shown.show(home))
                shown.say_goodbye(home)
        else:
            _tell(folder, console, kind=kind, reset=reset)
    except BotError as error:
        raise fail(error.sentence) from None
    except OSError as error:
        raise fail(f"The demo cannot go on: {error.strerror or error}.") from None


def _wants_page(*, headless: bool, page: bool) -> bool:
    """Decide what to do: without a terminal nobody would stop the page, so there the story is told."""
    if headless and page:
        raise DemoRefused("Choose one of --headless and --page.")
    return page or (not headless and sys.stdin.isatty())


def _tell(folder: Path | None, console: Console, *, kind: Kind | None, reset: bool) -> None:
    with _home(folder) as path, open_folder(path) as home:
        _prepare(home, reset=reset)
        _run(tell_story(home, console, kind=kind))


def _prepare(home: DemoFolder, *, reset: bool) -> None:
    if reset:
        home.empty()


@contextlib.contextmanager
def _home(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="draftloop-demo-") as made:
        yield Path(made)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run until it ends or somebody stops it; a planned stop is no failure."""
    if asyncio.run(_is_stopped(work)):
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # Everything is closed: a late Ctrl-C finds nothing to stop.


async def _is_stopped(work: Coroutine[Any, Any, None]) -> bool:
    """Run until it ends by itself, or end it in order when somebody stops it; tell which."""
    stop, running = stop_signal(), asyncio.create_task(work)
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not stop.is_set():
        await running
        return False
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return True
