"""`draftloop train`: asks for a training run, and watches it to its end."""

import asyncio
from typing import Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.releases.release_words import build_run
from bot.services import Services
from bot.training.runs import RunLine
from handlers.cli.boundary import fail, run
from handlers.cli.releases import WORKSPACE, plain
from handlers.cli.workspace import require_workspace
from storage.models.release import EVERY_TASK
from storage.types import new_id

_LOOK_SECONDS: Final = 1.0
_GOOD: Final = frozenset({"succeeded", "short"})


def train(
    task: str = typer.Option(EVERY_TASK, help="Only for drafts of this task; every task by default."),
    watch: bool = typer.Option(default=True, help="Stay and show how far it is; it goes on without you."),
    workspace: str | None = WORKSPACE,
) -> None:
    """Ask for a training run now; a running `draftloop serve` does the work."""

    async def work(services: Services) -> RunLine | None:
        workspace_id = await require_workspace(services, wanted=workspace)
        await services.durable.ensure_tables()  # Nothing may have run on this database yet.
        asked = await services.training.runs.ask(
            workspace_id, trigger="command", key=f"cli:{new_id()}", requested_by=None, task=task
        )
        return await _watched(services, workspace_id, asked.run_id) if watch else None

    line = run(work)
    if line is None:
        typer.echo("It is asked for: `draftloop serve` trains, and the admin channel hears how it ends.")
        return
    typer.echo(f"The run ended: {line.outcome or line.state}{f' ({line.failure})' if line.failure else ''}.")
    if line.state not in _GOOD:
        raise fail("It did not succeed.")


async def _watched(services: Services, workspace_id: str, run_id: str) -> RunLine:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        shown = bar.add_task("A training run is about to begin.", total=None)
        while (line := await _line(services, workspace_id, run_id)).is_under_way:
            bar.update(
                shown,
                description=plain(build_run(line)),
                completed=line.progress or 0,
                total=line.progress and 1,
            )
            await asyncio.sleep(_LOOK_SECONDS)
    return line


async def _line(services: Services, workspace_id: str, run_id: str) -> RunLine:
    lines = await services.training.runs.lines(workspace_id)
    return next(line for line in lines if line.run_id == run_id)
