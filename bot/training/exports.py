"""The team's own ledger as a file: one row per stored signal, by the outside contract, in a stream."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from bot.training.cells import csv_cell, csv_line
from bot.training.formats import (
    COLUMNS,
    Kind,
    Shape,
    TrainingRow,
    build_row,
    csv_record,
    json_line,
    json_string,
)
from storage.engine import Database
from storage.keyring import Keyring, Place

Format = Literal["jsonl", "csv"]
Signal = Sequence[Any]  # A tuple of `TrainingQueries.signal_batches`.

FEEDBACK_COLUMNS = (
    "event_id",
    "workspace",
    "channel",
    "message_ts",
    "user",
    "kind",
    "value",
    "text",
    "event_ts",
    "received_at",
    "status",
    "reason",
)
_TEXT_KINDS = frozenset({"correction", "edit"})
_quote: Callable[[str], str] = lru_cache(8_192)(json_string)  # For what repeats: ids and words.
_cell: Callable[[str], str] = lru_cache(8_192)(csv_cell)


class FeedbackExport:
    """Streams the ledger; a text is opened only where there is one, and only while its row is written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, *, workspace_id: str | None = None) -> int:
        """Count the rows that an export will have now."""
        async with self._database.read() as unit:
            return await unit.training.count_signals(workspace_id=workspace_id)

    async def lines(
        self, output: Format, *, workspace_id: str | None = None
    ) -> AsyncIterator[tuple[str, int]]:
        """Yield chunks of the file and how many rows each holds, in constant memory."""
        build = feedback_json_line if output == "jsonl" else feedback_csv_line
        if output == "csv":
            yield csv_line(FEEDBACK_COLUMNS), 0
        async with self._database.read() as unit:
            async for batch in unit.training.signal_batches(workspace_id=workspace_id):
                yield build_chunk(batch, build=build, keyring=self._database.keyring), len(batch)


def build_chunk(
    batch: Iterable[Signal], *, build: Callable[[Signal, str | None], str], keyring: Keyring
) -> str:
    """Return the lines of a batch of signals."""
    return "".join([build(row, None if row[7] is None else open_text(row, keyring=keyring)) for row in batch])


def open_text(row: Signal, *, keyring: Keyring) -> str:
    """Open the sealed text of a signal.

    Raises:
        KeyringError: the key that it was sealed with is not set.
    """
    return keyring.open(row[7], place=Place("signals", "text_sealed", row[1], row[12]))


def feedback_json_line(row: Signal, text: str | None) -> str:
    """Return one signal as a JSON line; written by hand, because `json.dumps` alone takes the whole time budget."""
    event_id, workspace, channel, ts, user, kind, value, _, event_us, received, status, reason, _ = row
    return (
        f'{{"event_id":{json_string(event_id)},{_json_place(workspace, channel)},"message_ts":{_quote(ts)},'
        f'"user":{_quote(user)},{_json_act(kind, value)},"text":{"null" if text is None else json_string(text)},'
        f'"event_ts":"{_slack_ts(event_us)}","received_at":"{_iso(received)}",'
        f"{_json_fate(status, reason)}}}\n"
    )


def feedback_csv_line(row: Signal, text: str | None) -> str:
    """Return one signal as a CSV record that is safe to open in a spreadsheet."""
    event_id, workspace, channel, ts, user, kind, value, _, event_us, received, status, reason, _ = row
    return (
        f"{csv_cell(event_id)},{_csv_pair(workspace, channel)},{_cell(ts)},{_cell(user)},"
        f"{_csv_pair(kind, '' if kind in _TEXT_KINDS else value)},{csv_cell(text) if text else ''},"
        f"{_slack_ts(event_us)},{_iso(received)},{_csv_pair(status, reason or '')}\r\n"
    )


@lru_cache(1_024)
def _json_place(workspace: str, channel: str) -> str:
    return f'"workspace":{json_string(workspace)},"channel":{json_string(channel)}'


@lru_cache(1_024)
def _json_act(kind: str, value: str) -> str:
    return f'"kind":{json_string(kind)},"value":{_json_value(kind, value)}'


@lru_cache(1_024)
def _json_fate(status: str, reason: str | None) -> str:
    return f'"status":{json_string(status)},"reason":{"null" if reason is None else json_string(reason)}'


@lru_cache(1_024)
def _csv_pair(first: str, second: str) -> str:
    return f"{csv_cell(first)},{csv_cell(second)}"


def _json_value(kind: str, value: str) -> str:
    if kind in _TEXT_KINDS or not value:
        return "null"
    if kind == "rating" and value.isascii() and value.isdigit():
        return str(int(value))
    return "true" if kind == "approval" and value == "true" else json_string(value)


def _slack_ts(event_us: int) -> str:
    """Return microseconds as Slack writes them: `1731000000.000100`."""
    digits = f"{event_us:07d}"
    return f"{digits[:-6]}.{digits[-6:]}"


def _iso(moment: datetime | str) -> str:
    """Return ISO 8601 in UTC; SQLite's stored text only needs its separators."""
    if isinstance(moment, str):
        return f"{moment[:10]}T{moment[11:]}Z"
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


async def training_lines(
    rows: AsyncIterator[TrainingRow], *, kind: Kind, output: Format, shape: Shape = "openai"
) -> AsyncIterator[tuple[str, int]]:
    """Yield the lines of training rows and how many rows each holds, in the order given."""
    columns = COLUMNS[kind, shape]
    if output == "csv":
        yield csv_line(columns), 0
    async for row in rows:
        shaped = build_row(row, shape=shape)
        yield (json_line(shaped) + "\n" if output == "jsonl" else csv_record(shaped, columns=columns)), 1
