"""`draftloop trials`: new releases on trial, and how earlier trials ended."""

import json
from dataclasses import asdict

import typer

from bot.services import Services
from bot.slack.blocks.releases import TrialCard
from handlers.cli.boundary import run
from handlers.cli.releases import FORMAT, OPERATOR, VIEWER, WORKSPACE, Format, plain
from handlers.cli.workspace import require_workspace

app = typer.Typer(help="Trials: list, stop.", no_args_is_help=True)


@app.command("list")
def list_trials(
    workspace: str | None = WORKSPACE,
    limit: int = typer.Option(20, min=1, help="How many at most."),
    output: Format = FORMAT,
) -> None:
    """List trials, the newest first: counts while one is open, figures once it is closed."""

    async def work(services: Services) -> list[TrialCard]:
        workspace_id = await require_workspace(services, wanted=workspace)
        return await services.releases.desk.browser.trials(workspace_id, viewer=VIEWER, limit=limit)

    cards = run(work)
    if output is Format.JSON:
        typer.echo(json.dumps([asdict(card) for card in cards], indent=2, ensure_ascii=False))
        return
    for line in [plain(line) for card in cards for line in (card.title, card.state, *card.findings)]:
        typer.echo(line)
    if not cards:
        typer.echo("There was no trial yet.")


@app.command()
def stop(
    number: int = typer.Argument(help="The trial's number.", min=1), workspace: str | None = WORKSPACE
) -> None:
    """End an open trial without a decision."""

    async def work(services: Services) -> None:
        workspace_id = await require_workspace(services, wanted=workspace)
        await services.releases.desk.stop_number(workspace_id, number=number, by=OPERATOR)

    run(work)
    typer.echo(f"Trial {number} is stopped; the live release stays live.")
