"""The `draftloop` command."""

from importlib import metadata

import typer

from handlers.cli import (
    db,
    digest,
    doctor,
    export,
    inbox,
    manifest,
    releases,
    rules,
    serve,
    stats,
    tokens,
    train,
    trials,
    webhooks,
)
from handlers.cli.demo import command as demo

app = typer.Typer(
    name="draftloop",
    help="Posts AI drafts to Slack, collects feedback, learns from it and shows what changed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"Draftloop {metadata.version('draftloop')}")
        raise typer.Exit


@app.callback()
def draftloop(
    version: bool = typer.Option(
        False, "--version", is_eager=True, callback=_tell_version, help="Say which version this is, and stop."
    ),
) -> None:
    """Take what comes before the command."""


app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("manifest")(manifest.manifest)
app.command("stats")(stats.stats)
app.command("train")(train.train)
app.add_typer(db.app, name="db")
app.add_typer(digest.app, name="digest")
app.add_typer(export.app, name="export")
app.add_typer(inbox.app, name="inbox")
app.add_typer(releases.app, name="releases")
app.add_typer(rules.app, name="rules")
app.add_typer(tokens.app, name="tokens")
app.add_typer(trials.app, name="trials")
app.add_typer(webhooks.app, name="webhooks")
