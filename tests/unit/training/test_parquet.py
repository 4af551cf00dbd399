import io
import sys

import pytest

from bot.training import parquet
from bot.training.formats import COLUMNS, TrainingRow, build_row
from bot.training.parquet import ParquetMissing, parquet_chunks


def make(kind, number=0):
    return TrainingRow(
        kind,
        "train",
        "plain",
        f"Brief {number}",
        f"Tëxt {number}",
        0.8889,
        (f"Ev{number}",),
        rejected="Draft" if kind == "preference" else None,
        label=number % 2 == 0 if kind == "kto" else None,
    )


async def stream(rows):
    for row in rows:
        yield row


async def written(rows, **which):
    chunks = [chunk async for chunk in parquet_chunks(stream(rows), **which)]
    return b"".join(data for data, _ in chunks), [count for _, count in chunks]


@pytest.mark.parametrize(("kind", "shape"), list(COLUMNS))
async def test_a_file_gives_back_its_rows_with_all_that_is_nested(kind, shape):
    from pyarrow import parquet as pq  # noqa: PLC0415 - slow to import

    rows = [make(kind, number) for number in range(3)]

    data, counts = await written(rows, kind=kind, shape=shape)

    table = pq.read_table(io.BytesIO(data))
    assert tuple(table.column_names) == COLUMNS[kind, shape]
    assert table.to_pylist() == [build_row(row, shape=shape) for row in rows]
    assert sum(counts) == 3


async def test_rows_are_written_in_batches(monkeypatch):
    from pyarrow import parquet as pq  # noqa: PLC0415 - slow to import

    monkeypatch.setattr(parquet, "ROWS_AT_ONCE", 2)

    data, counts = await written([make("sft", number) for number in range(5)], kind="sft")

    assert counts == [2, 2, 1, 0]
    assert pq.ParquetFile(io.BytesIO(data)).num_row_groups == 3


async def test_no_rows_are_a_file_with_columns_only():
    from pyarrow import parquet as pq  # noqa: PLC0415 - slow to import

    data, _ = await written([], kind="kto")

    table = pq.read_table(io.BytesIO(data))
    assert (table.num_rows, tuple(table.column_names)) == (0, COLUMNS["kto", "openai"])


async def test_where_pyarrow_is_missing_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    with pytest.raises(ParquetMissing, match="draftloop\\[parquet\\]"):
        await written([make("sft")], kind="sft")
