"""`draftloop export`: the team's ledger, and the training rows made of it, as JSONL or CSV."""

from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import Literal

import typer

from bot.services import Services
from bot.training.exports import training_lines
from bot.training.formats import Kind, Shape
from handlers.cli.boundary import fail, run
from handlers.cli.sink import Sink, open_sink
from handlers.cli.workspace import choose_workspace, require_known

app = typer.Typer(help="Feedback and training rows as files.", no_args_is_help=True)


class Format(StrEnum):
    """What a file looks like."""

    JSONL = "jsonl"
    CSV = "csv"


class RowShape(StrEnum):
    """Whose trainer reads the rows."""

    OPENAI = "openai"
    TRL = "trl"


FORMAT = typer.Option(Format.JSONL, "--format", help="jsonl or csv (safe to open in a spreadsheet).")
SHAPE = typer.Option(RowShape.OPENAI, "--shape", help="openai or trl.")
WORKSPACE = typer.Option(None, help="Workspace id.")
OUT = typer.Option(None, "--out", help="File to write; without it, standard output.", dir_okay=False)


@app.command()
def feedback(output: Format = FORMAT, workspace: str | None = WORKSPACE, out: Path | None = OUT) -> None:
    """Write one row per stored signal: what people did, and whether it counts."""

    async def work(services: Services) -> int:
        await require_known(services, wanted=workspace)
        total = await services.training.feedback_export.count(workspace_id=workspace)
        lines = services.training.feedback_export.lines(output.value, workspace_id=workspace)
        return await _write(lines, out=out, total=total)

    _say(run(work), out)


@app.command()
def sft(
    output: Format = FORMAT,
    workspace: str | None = WORKSPACE,
    out: Path | None = OUT,
    shape: RowShape = SHAPE,
) -> None:
    """Write prompt-completion rows: texts that people accepted or wrote themselves."""
    _export("sft", output, workspace, out, shape)


@app.command()
def preference(
    output: Format = FORMAT,
    workspace: str | None = WORKSPACE,
    out: Path | None = OUT,
    shape: RowShape = SHAPE,
) -> None:
    """Write preference rows: a person's text against the draft that it replaced."""
    _export("preference", output, workspace, out, shape)


@app.command()
def kto(
    output: Format = FORMAT,
    workspace: str | None = WORKSPACE,
    out: Path | None = OUT,
    shape: RowShape = SHAPE,
) -> None:
    """Write unpaired preferences: drafts with thumbs and nothing else."""
    _export("kto", output, workspace, out, shape)


def _export(kind: Kind, output: Format, workspace: str | None, out: Path | None, shape: RowShape) -> None:
    form: Literal["jsonl", "csv"] = "csv" if output is Format.CSV else "jsonl"
    reader: Shape = "trl" if shape is RowShape.TRL else "openai"

    async def work(services: Services) -> int:
        workspace_id = await choose_workspace(services, wanted=workspace)
        if workspace_id is None:
            raise fail("No workspace is known yet, so there is nothing to export.")
        dataset = await services.training.datasets.build(workspace_id)
        rows = dataset.of_kind(kind)
        return await _write(
            training_lines(rows, kind=kind, output=form, shape=reader), out=out, total=len(rows)
        )

    _say(run(work), out)


async def _write(lines: AsyncIterator[tuple[str, int]], *, out: Path | None, total: int) -> int:
    written = 0
    with open_sink(out, total=total) as sink:
        async for chunk, rows in lines:
            _put(sink, chunk, rows)
            written += rows
    return written


def _put(sink: Sink, chunk: str, rows: int) -> None:
    sink.write(chunk.encode(), rows=rows)


def _say(rows: int, out: Path | None) -> None:
    if out is not None:
        typer.echo(f"{rows} row(s) written to {out}.", err=True)
