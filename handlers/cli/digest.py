"""`draftloop digest preview`: what a channel's digest says, without posting it."""

from html import unescape
from pathlib import Path

import typer

from bot.digests.digest import DigestContent, UnknownChannel
from bot.services import Services
from handlers.cli.boundary import run
from handlers.cli.workspace import choose_workspace

app = typer.Typer(help="The weekly digest.", no_args_is_help=True)


@app.callback()
def digest() -> None:
    """Hold `digest`'s commands together, however few they are."""


@app.command()
def preview(
    channel: str = typer.Option(..., help="Channel id, like C0123456789."),
    week: str | None = typer.Option(
        None, help="ISO week, like 2026-W47; without it, the seven days up to now."
    ),
    workspace: str | None = typer.Option(None, help="Workspace id; not needed when there is one."),
    chart: Path | None = typer.Option(None, help="Also write the trend chart (PNG) to this file."),
) -> None:
    """Build a channel's digest and print it. Nothing is posted and nothing is stored."""

    async def work(services: Services) -> tuple[DigestContent, bytes | None]:
        workspace_id = await choose_workspace(services, wanted=workspace)
        if workspace_id is None:
            raise UnknownChannel
        content = await services.digests.preview(workspace_id, channel_id=channel, period=week)
        return content, await services.digests.draw_chart(content) if chart else None

    content, picture = run(work)
    typer.echo(unescape(content.text) if not content.empty else _nothing(content))
    if chart and picture:
        chart.write_bytes(picture)
        typer.echo(f"The chart is in {chart}.", err=True)


def _nothing(content: DigestContent) -> str:
    return f"Nothing to say for {content.context.week.period}: no drafts and no feedback. Nothing would be posted."
