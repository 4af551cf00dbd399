"""Training rows as Parquet, in batches and with a schema that is written out: what `datasets` loads as it is.

pyarrow is large, so it is an extra (`draftloop[parquet]`) and imported only here, when somebody wants such a file.
"""

import asyncio
from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any, Final

from bot.errors import BotError
from bot.training.formats import COLUMNS, Kind, Shape, TrainingRow, build_row

ROWS_AT_ONCE: Final = 2_000


class ParquetMissing(BotError):
    """pyarrow is not installed."""

    code = "no_pyarrow"
    sentence = (
        "Parquet files need pyarrow, which is not installed here: `pip install 'draftloop[parquet]'` brings it. "
        "JSONL and CSV work without it."
    )


class _Pipe:
    """A file that hands on what is written to it, because only whole batches are kept in memory."""

    closed = False

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._length = 0

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        self._length += len(data)
        return len(data)

    def tell(self) -> int:
        return self._length

    def flush(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> bytes:
        written, self._written = b"".join(self._written), []
        return written


def arrow() -> Any:
    """Return pyarrow.

    Raises:
        ParquetMissing: it is not installed.
    """
    try:
        import_module("pyarrow.parquet")
    except ModuleNotFoundError:
        raise ParquetMissing from None
    return import_module("pyarrow")


def parquet_schema(kind: Kind, *, shape: Shape) -> Any:
    """Return the columns of a kind's rows, nested ones with all that is in them."""
    pa = arrow()
    messages = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    others = {
        "input": pa.struct([("messages", messages)]),
        "label": pa.bool_(),
        "weight": pa.float64(),
        "source": pa.list_(pa.string()),
    }
    return pa.schema([(name, others.get(name, messages)) for name in COLUMNS[kind, shape]])


async def parquet_chunks(
    rows: AsyncIterator[TrainingRow], *, kind: Kind, shape: Shape = "openai"
) -> AsyncIterator[tuple[bytes, int]]:
    """Yield the bytes of a Parquet file and how many rows came with each part.

    Raises:
        ParquetMissing: pyarrow is not installed.
    """
    pa, schema, pipe = arrow(), parquet_schema(kind, shape=shape), _Pipe()
    writer = pa.parquet.ParquetWriter(pipe, schema, compression="zstd")

    def write(batch: list[dict[str, Any]]) -> bytes:
        writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
        return pipe.taken()

    async for batch in _batches(rows, shape=shape):
        yield await asyncio.to_thread(write, batch), len(batch)
    writer.close()
    yield pipe.taken(), 0


async def _batches(rows: AsyncIterator[TrainingRow], *, shape: Shape) -> AsyncIterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    async for row in rows:
        batch.append(build_row(row, shape=shape))
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
