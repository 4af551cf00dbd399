"""`draftloop export`: the team's ledger, and the training rows made of it, as JSONL, CSV or Parquet."""

import sys
from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import Literal

import typer

from bot.services import Services
from bot.training.exports import training_lines
from bot.training.formats import Kind, TrainingRow
from bot.training.parquet import arrow, parquet_chunks
from handlers.cli.boundary import fail, run
from handlers.cli.sink import Sink, open_sink
from handlers.cli.workspace import choose_workspace, require_known

app = typer.Typer(help="Feedback and training rows as files.", no_args_is_help=True)


class Format(StrEnum):
    """What a file looks like."""

    JSONL = "jsonl"
    CSV = "csv"


class RowFormat(StrEnum):
    """What a file of training rows looks like."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class RowShape(StrEnum):
    """Whose trainer reads the rows."""

    OPENAI = "openai"
    TRL = "trl"


FORMAT = typer.Option(Format.JSONL, "--format", help="jsonl or csv (safe to open in a spreadsheet).")
ROW_FORMAT = typer.Option(
    RowFormat.JSONL, "--format", help="jsonl, csv (safe to open in a spreadsheet) or parquet."
)
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
    output: RowFormat = ROW_FORMAT,
    workspace: str | None = WORKSPACE,
    out: Path | None = OUT,
    shape: RowShape = SHAPE,
) -> None:
    """Write prompt-completion rows: texts that people accepted or wrote themselves."""
    _export("sft", output, workspace, out, shape)


@app.command()
def preference(
    output: RowFormat = ROW_FORMAT,
    workspace: str | None = WORKSPACE,
    out: Path | None = OUT,
    shape: RowShape = SHAPE,
) -> None:
    """Write preference rows: a person's text against the draft that it replaced."""
    _export("preference", output, workspace, out, shape)


@app.command()
def kto(
    output: RowFormat = ROW_FORMAT,
    workspace: str | None = WORKSPACE,
    out: Path | None = OUT,
    shape: RowShape = SHAPE,
) -> None:
    """Write unpaired preferences: drafts with thumbs and nothing else."""
    _export("kto", output, workspace, out, shape)


def _export(kind: Kind, output: RowFormat, workspace: str | None, out: Path | None, shape: RowShape) -> None:
    async def work(services: Services) -> int:
        if output is RowFormat.PARQUET:
            _require_parquet(out)
        workspace_id = await choose_workspace(services, wanted=workspace)
        if workspace_id is None:
            raise fail("No workspace is known yet, so there is nothing to export.")
        dataset = await services.training.datasets.build(workspace_id)
        rows = services.training.datasets.rows(dataset, kind=kind)
        return await _write(_chunks(rows, kind, output, shape), out=out, total=dataset.manifest["rows"][kind])

    _say(run(work), out)


def _require_parquet(out: Path | None) -> None:
    """Refuse what cannot end well before anything is read."""
    arrow()
    if out is None and sys.stdout.isatty():
        raise fail("A Parquet file is nothing to read in a terminal: add `--out rows.parquet`.")


def _chunks(
    rows: AsyncIterator[TrainingRow], kind: Kind, output: RowFormat, shape: RowShape
) -> AsyncIterator[tuple[str, int]] | AsyncIterator[tuple[bytes, int]]:
    if output is RowFormat.PARQUET:
        return parquet_chunks(rows, kind=kind, shape=shape.value)
    form: Literal["jsonl", "csv"] = "csv" if output is RowFormat.CSV else "jsonl"
    return training_lines(rows, kind=kind, output=form, shape=shape.value)


async def _write(
    chunks: AsyncIterator[tuple[str, int]] | AsyncIterator[tuple[bytes, int]],
    *,
    out: Path | None,
    total: int,
) -> int:
    written = 0
    with open_sink(out, total=total) as sink:
        async for chunk, rows in chunks:
            _put(sink, chunk, rows)
            written += rows
    return written


def _put(sink: Sink, chunk: str | bytes, rows: int) -> None:
    sink.write(chunk.encode() if isinstance(chunk, str) else chunk, rows=rows)


def _say(rows: int, out: Path | None) -> None:
    if out is not None:
        typer.echo(f"{rows} row(s) written to {out}.", err=True)
