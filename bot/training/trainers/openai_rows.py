"""Frozen rows as a fine-tuning endpoint takes them: its own keys only, and as often as their weights say."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.training.formats import json_line
from bot.training.trainers.base import RowSource, TrainerRefused
from bot.training.weights import is_in_epoch

Step = Literal["sft", "dpo"]
FILES: Final[Mapping[Step, str]] = {"sft": "sft.train.jsonl", "dpo": "preference.train.jsonl"}
KTO_FILE: Final = "kto.train.jsonl"
FEWEST_ROWS: Final = 10  # what such endpoints ask for
PASSES: Final = 3  # over the rows; each pass leaves out rows by their weight
FILE_BYTES: Final = 100 * 1024 * 1024
_KEYS: Final[Mapping[Step, tuple[str, ...]]] = {
    "sft": ("messages",),
    "dpo": ("input", "preferred_output", "non_preferred_output"),
}
_TOO_LARGE: Final = "The dataset is larger than the fine-tuning trainer takes (100 MiB)."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file for a fine-tuning job.

    Args:
        content: JSON lines.
        rows: how many different rows are in it.
        bad: rows that could not be read, and are not.
    """

    content: bytes
    rows: int
    bad: int

    @property
    def is_enough(self) -> bool:
        """Whether an endpoint would take it."""
        return self.rows >= FEWEST_ROWS


async def build_upload(source: RowSource, *, step: Step) -> Upload:
    """Return one step's file: every pass over the rows one after the other, so one epoch at the endpoint is all.

    Raises:
        TrainerRefused: it would be too large.
    """
    passes: list[list[bytes]] = [[] for _ in range(PASSES)]
    rows = bad = size = 0
    if FILES[step] in source.names:
        async for line in source.open(FILES[step]):
            row = _read(line, step)
            bad += row is None
            if row is None:
                continue
            kept = [number for number in range(PASSES) if _is_in(row, number)]
            stripped = json_line({key: row[key] for key in _KEYS[step]}).encode() + b"\n"
            size = _bounded(size + len(stripped) * len(kept))
            rows += bool(kept)
            for number in kept:
                passes[number].append(stripped)
    return Upload(b"".join(line for kept in passes for line in kept), rows=rows, bad=bad)


async def count_rows(source: RowSource, *, name: str) -> int:
    """Return how many rows a file has."""
    return len([None async for _ in source.open(name)]) if name in source.names else 0


def _read(line: str, step: Step) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) and all(row.get(key) for key in _KEYS[step]) else None


def _is_in(row: Mapping[str, Any], number: int) -> bool:
    return is_in_epoch(row.get("source", ()), weight=row.get("weight", 1.0), seed=0, epoch=number)


def _bounded(size: int) -> int:
    if size > FILE_BYTES:
        raise TrainerRefused(_TOO_LARGE, code="dataset_too_large")
    return size
