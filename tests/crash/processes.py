"""The parts of a crash story, each a real process that can be killed: a Slack, a model, and replicas of the bot."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Self, TypeVar

from bot.sandbox import RemoteSandbox

ROOT = Path(__file__).parents[2]
SERVE = [sys.executable, "-c", "from handlers.cli.main import app; app()", "serve"]
# Long enough for a machine that has other things to do; nobody waits that long when all is well.
PATIENCE = 60.0
# Slack's own are at once, one minute and five minutes: here the bot is only ever away for seconds.
RETRY_DELAYS = (0.2, 0.5, 1, 2, 3, 5, 5, 5, 10, 10, 10)
_READY = re.compile(r"health on http://127\.0\.0\.1:(\d+)/health/ready")
_ID = re.compile(r'"replica": "(replica-\w+)"[^\n]*"bot_started"')
_Found = TypeVar("_Found")


async def until(look: Callable[[], Awaitable[_Found]], *, what: str, within: float = PATIENCE) -> _Found:
    """Return what `look` finds, once it finds something."""
    deadline = asyncio.get_running_loop().time() + within
    while not (found := await look()):
        assert asyncio.get_running_loop().time() < deadline, f"It did not happen in time: {what}"
        await asyncio.sleep(0.1)
    return found


@contextlib.asynccontextmanager
async def printing(*argv: str, log: Path) -> AsyncIterator[str]:
    """Run a program that prints one line when it is ready; yield the line."""
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *argv, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=errors, limit=2**24
        )
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        assert line, f"It ended by itself, see {log}"
        yield line
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


@contextlib.asynccontextmanager
async def slack_process(folder: Path, *, people: list[str], channels: list[str], **more: Any):
    config = {
        "people": [{"name": name, "admin": name == people[0]} for name in people],
        "channels": [{"name": name, "members": people} for name in channels],
        "retry_delays": RETRY_DELAYS,
        **more,
    }
    path = folder / "slack.json"
    path.write_text(json.dumps(config))
    async with (
        printing("-m", "bot.sandbox", "--config", str(path), log=folder / "slack.log") as line,
        RemoteSandbox(json.loads(line)) as slack,
    ):
        yield slack


@contextlib.asynccontextmanager
async def model_process(folder: Path, *, delay: float = 0.1, pause: float = 0) -> AsyncIterator[str]:
    """A model endpoint that thinks for `delay` seconds and pauses between its words; yield its address."""
    argv = ("-m", "tests.fakes.model_endpoint", "--delay", str(delay), "--pause", str(pause))
    async with printing(*argv, log=folder / "model.log") as line:
        yield line.strip()


class Replica:
    """One `draftloop serve`; it can be killed and started again."""

    def __init__(self, name: str, *, environment: dict[str, str], folder: Path) -> None:
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        self._folder = folder
        self._name = name
        self._process: asyncio.subprocess.Process | None = None
        self._lives = 0
        self.port: int | None = None

    @property
    def log(self) -> Path:
        """What this life wrote."""
        return self._folder / f"{self._name}.{self._lives}.log"

    @property
    def id(self) -> str:
        """What this life calls itself."""
        return _ID.search(self.log.read_text())[1]

    @property
    def cpu_seconds(self) -> float:
        """What this life has computed so far, on Linux; where it had to wait for others does not count."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def spawn(self) -> None:
        """Start the process; it is not ready yet."""
        self._lives += 1
        self.port = None
        with self.log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *SERVE, cwd=self._folder, env=self._environment, stdout=log, stderr=log
            )

    async def ready(self) -> None:
        """Wait until it says that it runs."""

        async def look():
            assert self._process.returncode is None, f"It ended by itself:\n{self.log.read_text()}"
            return _READY.search(self.log.read_text())

        self.port = int((await until(look, what=f"{self._name} is ready"))[1])

    async def start(self) -> None:
        await self.spawn()
        await self.ready()

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.port = None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """Ask it to end, as whoever runs it does; return its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()


class Front:
    """What stands before the replicas in HTTP mode: one address, each connection to the next one that answers."""

    def __init__(self, replicas: list[Replica]) -> None:
        self._replicas = replicas
        self._turn = 0
        self._server: asyncio.Server | None = None
        self._pipes: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._pipes.add(task)
        try:
            with contextlib.suppress(OSError):
                back_reader, back_writer = await self._connect()
                await _until_one_ends(_pump(reader, back_writer), _pump(back_reader, writer))
        finally:
            writer.transport.abort()
            self._pipes.discard(task)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._turn += 1
        ports = [replica.port for replica in self._replicas if replica.port]
        for number in range(len(ports)):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", ports[(self._turn + number) % len(ports)])
        raise ConnectionRefusedError


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    finally:
        writer.transport.abort()


async def _until_one_ends(*pumps: Any) -> None:
    tasks = [asyncio.ensure_future(pump) for pump in pumps]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
