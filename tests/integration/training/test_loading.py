"""Exported files load as they are where people train: with `datasets`, and in the columns that TRL expects."""

import io
from pathlib import Path

import pytest

from bot.training.exports import training_lines
from bot.training.formats import KINDS, TrainingRow
from bot.training.parquet import parquet_chunks

ROWS = {
    "sft": TrainingRow("sft", "train", "plain", "Brief", "Bëtter", 0.8889, ("Ev1",)),
    "preference": TrainingRow(
        "preference", "train", "plain", "Brief", "Better", 0.8889, ("Ev1",), rejected="Draft"
    ),
    "kto": TrainingRow("kto", "train", "plain", "Brief", "Text", 0.75, ("Ev1", "Ev2"), label=False),
}
TEXTS = {"sft": ("completion",), "preference": ("chosen", "rejected"), "kto": ("completion",)}


async def stream(kind):
    for _ in range(12):
        yield ROWS[kind]


async def content(kind: str, suffix: str) -> bytes:
    if suffix == ".parquet":
        return b"".join([part async for part, _ in parquet_chunks(stream(kind), kind=kind, shape="trl")])
    lines = training_lines(stream(kind), kind=kind, output="jsonl", shape="trl")
    return "".join([line async for line, _ in lines]).encode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
async def test_datasets_loads_a_file_and_trl_finds_its_columns(tmp_path, kind, suffix):
    datasets = pytest.importorskip("datasets", reason="`datasets` is not installed (it comes with TRL)")
    path = tmp_path / f"rows{suffix}"
    save(path, await content(kind, path.suffix))

    builder = "parquet" if suffix == ".parquet" else "json"
    loaded = datasets.load_dataset(
        builder, data_files=str(path), split="train", cache_dir=str(tmp_path / "cache")
    )

    assert len(loaded) == 12
    assert {"prompt", *TEXTS[kind], "weight", "source"} <= set(loaded.column_names)
    assert [message["role"] for message in loaded[0]["prompt"]] == ["system", "user"]
    assert all(loaded[0][name][0]["role"] == "assistant" for name in TEXTS[kind])


@pytest.mark.parametrize("kind", KINDS)
async def test_trl_takes_a_row_for_a_conversation_whose_prompt_is_not_learned(tmp_path, kind):
    trl = pytest.importorskip("trl", reason="TRL is not installed (requirements/train.txt)")
    path = tmp_path / "rows.parquet"
    save(path, await content(kind, path.suffix))

    row = read_first(path)

    assert trl.is_conversational(row)
    assert "messages" not in row


def save(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def read_first(path: Path) -> dict:
    from pyarrow import parquet  # noqa: PLC0415 - slow to import

    first: dict = parquet.read_table(io.BytesIO(path.read_bytes())).to_pylist()[0]
    return first
