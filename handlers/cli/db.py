"""`draftloop db`: bring the schema up to date, check it, count the statistics anew."""

import typer

from bot.services import Services
from bot.settings import Settings
from handlers.cli.boundary import complete, open_services, run
from handlers.cli.workspace import require_known
from storage import migrate

app = typer.Typer(help="The database: upgrade, check, rebuild-rollups.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema up to date (also done by `serve` on a new database)."""

    async def work(settings: Settings) -> None:
        await migrate.upgrade(settings.database_url)
        async with open_services(settings) as services:
            await services.durable.ensure_tables()

    complete(work)
    typer.echo("The schema is up to date.")


@app.command()
def check() -> None:
    """Say whether the schema is the one this version needs; exit 1 if not."""

    async def work(settings: Settings) -> None:
        await migrate.check(settings.database_url)

    complete(work)
    typer.echo("The schema is up to date.")


@app.command("rebuild-rollups")
def rebuild_rollups(workspace: str | None = typer.Option(None, help="Only this workspace id.")) -> None:
    """Count standings and statistics anew from the opinions."""

    async def work(services: Services) -> None:
        await require_known(services, wanted=workspace)
        async with services.database.begin() as unit:
            await services.ledger.rebuild(unit, workspace_id=workspace)

    run(work)
    typer.echo("Standings and statistics are counted anew.")
