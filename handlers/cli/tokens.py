"""`draftloop tokens`: who may use the HTTP API."""

import typer
from rich.console import Console
from rich.table import Table

from bot.integrations.tokens import SCOPES, NewToken
from bot.services import Services
from handlers.cli.boundary import fail, run
from handlers.cli.workspace import require_workspace
from storage.models import ApiToken

app = typer.Typer(help="Tokens of the HTTP API: create, list, revoke.", no_args_is_help=True)

WORKSPACE = typer.Option(None, help="Workspace id; not needed when there is one.")
NAME = typer.Option(..., "--name", help="What will use it, for people to tell it by.")
SCOPE = typer.Option(
    list(SCOPES),
    "--scope",
    help=f"What it may do, once for each: {', '.join(SCOPES)}. Without it, all of them.",
)


@app.command()
def create(name: str = NAME, scope: list[str] = SCOPE, workspace: str | None = WORKSPACE) -> None:
    """Make a token and print it, this once."""

    async def work(services: Services) -> NewToken:
        workspace_id = await require_workspace(services, wanted=workspace)
        return await services.integrations.tokens.create(
            workspace_id, name=name, scopes=scope, created_by="cli"
        )

    token = run(work)
    typer.echo(
        f"Token {token.id} ({token.name}) may: {', '.join(token.scopes)}. It is shown this once:", err=True
    )
    typer.echo(token.secret)


@app.command("list")
def list_tokens(workspace: str | None = WORKSPACE) -> None:
    """List the tokens of a workspace, without their secrets."""

    async def work(services: Services) -> list[ApiToken]:
        workspace_id = await require_workspace(services, wanted=workspace)
        return await services.integrations.tokens.of_workspace(workspace_id)

    tokens = run(work)
    if not tokens:
        typer.echo("There is no token yet: `draftloop tokens create --name NAME` makes one.")
        return
    table = Table("id", "name", "begins", "scopes", "made by", "made", "last used", "state")
    for token in tokens:
        table.add_row(
            token.id,
            token.name,
            token.hint,
            token.scopes,
            token.created_by,
            f"{token.created_at:%F %R}",
            f"{token.last_used_at:%F %R}" if token.last_used_at else "never",
            "revoked" if token.revoked_at else "usable",
        )
    Console().print(table)


@app.command()
def revoke(token_id: str, workspace: str | None = WORKSPACE) -> None:
    """End a token, for good."""

    async def work(services: Services) -> bool:
        workspace_id = await require_workspace(services, wanted=workspace)
        return await services.integrations.tokens.revoke(workspace_id, token_id=token_id, by="cli")

    if not run(work):
        raise fail(f"There is no usable token {token_id} in this workspace.")
    typer.echo("Revoked: whatever uses it can do nothing from now on.")
