"""Progress bars of a training run: what the bot itself knows of the run, looked at once a second."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.services import Services
from bot.training.runs import RunLine

_LOOK_SECONDS: Final = 1.0
_STAGES: Final = {"train": "Training", "gate": "Gate", "trial": "Blind trial"}
_AFTER_GATE: Final = {"gated", "trying", "decided", "succeeded"}
_BEFORE_GATE: Final = {"queued", "asked", "frozen", "submitted", "running"}


@dataclass(frozen=True)
class Standing:
    """How far a run is."""

    line: RunLine
    gated: int
    trial: tuple[int, int]
    trainer: str


class Watch:
    """Follows one run to its end and shows it.

    Args:
        services: of the bot.
        workspace_id: whose run.
        runs: the folder of local training programs.
        console: where the bars are.
        meanwhile: what people do while a trial is open; called at every look.
    """

    def __init__(
        self,
        services: Services,
        *,
        workspace_id: str,
        runs: Path,
        console: Console,
        meanwhile: Callable[[RunLine], Awaitable[None]],
    ) -> None:
        self._services = services
        self._workspace_id = workspace_id
        self._runs = runs
        self._meanwhile = meanwhile
        self._progress = Progress(
            TextColumn("    {task.description:<12}"),
            BarColumn(30),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            console=console,
        )

    async def follow(self, *, within: float) -> RunLine:
        """Show the newest run until it has ended; return how it ended.

        Raises:
            TimeoutError: it had not within so many seconds.
        """
        with self._progress:
            bars = {name: self._progress.add_task(text, total=1, told="") for name, text in _STAGES.items()}
            async with asyncio.timeout(within):
                while True:
                    standing = await self._look()
                    self._show(bars, standing)
                    if standing.line.finished_at is not None:
                        return standing.line
                    await self._meanwhile(standing.line)
                    await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self) -> Standing:
        line = (await self._services.training.runs.lines(self._workspace_id, limit=1))[0]
        async with self._services.database.read() as unit:
            run = await unit.runs.get(line.run_id)
            gate = len(await unit.gate_results.of_release(line.release_id)) if line.release_id else 0
            pairs = await unit.trials.pairs_of(line.trial_id) if line.trial_id else []
            planned = (await unit.trials.get(line.trial_id)).max_pairs if line.trial_id else 0
        closed = sum(pair.state == "closed" for pair in pairs)
        told = _told(self._runs / run.submission_key / "progress.json")
        return Standing(line, gate, (closed, planned), told)

    def _show(self, bars: dict[str, TaskID], standing: Standing) -> None:
        line = standing.line
        trained = 1.0 if line.state not in _BEFORE_GATE else line.progress or 0.0
        self._progress.update(bars["train"], completed=trained, told=standing.trainer or line.state)
        gated, (closed, pairs) = standing.gated, standing.trial
        total = gated if line.state in _AFTER_GATE else gated + 1
        self._progress.update(
            bars["gate"], completed=gated, total=total or 1, told=f"{gated} held-out drafts"
        )
        total = closed if line.finished_at is not None else pairs
        self._progress.update(
            bars["trial"], completed=closed, total=total or 1, told=f"{closed} pairs judged"
        )


def _told(file: Path) -> str:
    """Return what a local training program tells: `SFT, step 3 of 24`."""
    try:
        told = json.loads(file.read_bytes())
    except (OSError, ValueError):  # It has told nothing yet.
        return ""
    return f"{str(told['stage']).upper()}, step {told['step']} of {told['steps']}"
