"""`draftloop webhooks`: addresses that hear of feedback, posted drafts and outcomes."""

from datetime import UTC, datetime

import typer
from rich.console import Console
from rich.table import Table

from bot.integrations.endpoint import Answer
from bot.integrations.webhooks import NewWebhook, host_of
from bot.services import Services
from handlers.cli.boundary import fail, run
from handlers.cli.workspace import require_workspace
from storage.models import Webhook

app = typer.Typer(help="Webhooks: add, list, test, enable, replay, remove.", no_args_is_help=True)

WORKSPACE = typer.Option(None, help="Workspace id; not needed when there is one.")
SINCE = typer.Option(
    ..., "--since", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], help="From when on, in UTC."
)


@app.command()
def add(url: str, workspace: str | None = WORKSPACE) -> None:
    """Add an address that hears of everything from now on, and print the secret that signs it, this once."""

    async def work(services: Services) -> NewWebhook:
        workspace_id = await require_workspace(services, wanted=workspace)
        return await services.integrations.webhooks.add(workspace_id, url=url, by="cli")

    webhook = run(work)
    typer.echo(f"Webhook {webhook.id} is added. The secret that signs it is shown this once:", err=True)
    typer.echo(webhook.secret)


@app.command("list")
def list_webhooks(workspace: str | None = WORKSPACE) -> None:
    """List the webhooks of a workspace."""

    async def work(services: Services) -> list[Webhook]:
        workspace_id = await require_workspace(services, wanted=workspace)
        return await services.integrations.webhooks.of_workspace(workspace_id)

    webhooks = run(work)
    if not webhooks:
        typer.echo("There is no webhook yet: `draftloop webhooks add URL` adds one.")
        return
    table = Table("id", "host", "state", "told", "failures in a row", "last answer", "added")
    for webhook in webhooks:
        table.add_row(
            webhook.id,
            host_of(webhook),
            "stopped" if webhook.disabled_at else "on",
            f"{webhook.delivered:,}",
            str(webhook.failures),
            webhook.last_status or "",
            f"{webhook.created_at:%F %R}",
        )
    Console().print(table)


@app.command("test")
def call_once(webhook_id: str, workspace: str | None = WORKSPACE) -> None:
    """Send a delivery without events, and say what was answered."""

    async def work(services: Services) -> Answer:
        workspace_id = await require_workspace(services, wanted=workspace)
        return await services.integrations.webhooks.test(workspace_id, webhook_id=webhook_id)

    answer = run(work)
    if not answer.taken:
        raise fail(f"It did not take it: {answer.told}.")
    typer.echo(f"It took it: {answer.told}.")


@app.command()
def enable(webhook_id: str, workspace: str | None = WORKSPACE) -> None:
    """Call a webhook again that was given up; it goes on where it stopped."""

    async def work(services: Services) -> None:
        workspace_id = await require_workspace(services, wanted=workspace)
        await services.integrations.webhooks.enable(workspace_id, webhook_id=webhook_id, by="cli")

    run(work)
    typer.echo("A running bot calls it again within seconds.")


@app.command()
def replay(webhook_id: str, since: datetime = SINCE, workspace: str | None = WORKSPACE) -> None:
    """Tell a webhook everything since a moment once more."""

    async def work(services: Services) -> None:
        workspace_id = await require_workspace(services, wanted=workspace)
        await services.integrations.webhooks.replay(
            workspace_id, webhook_id=webhook_id, since=since.replace(tzinfo=UTC), by="cli"
        )

    run(work)
    typer.echo("A running bot tells it again within seconds.")


@app.command()
def remove(webhook_id: str, workspace: str | None = WORKSPACE) -> None:
    """Forget a webhook."""

    async def work(services: Services) -> None:
        workspace_id = await require_workspace(services, wanted=workspace)
        await services.integrations.webhooks.remove(workspace_id, webhook_id=webhook_id, by="cli")

    run(work)
    typer.echo("It is not called any more.")
