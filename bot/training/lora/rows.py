"""Training rows as TRL takes them, and which of them a stage sees: a row's weight is how often it is seen. Pure.

TRL has no weight per row. So an epoch keeps a row iff a number drawn from its hash is below its weight: the same rows
and the same seed give the same choice everywhere, and over the epochs a row of weight 0.7 is seen 7 times in 10.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

Method = Literal["sft", "dpo", "kto"]
FILES: dict[Method, str] = {
    "sft": "sft.train.jsonl",
    "dpo": "preference.train.jsonl",
    "kto": "kto.train.jsonl",
}
COLUMNS: dict[Method, tuple[str, ...]] = {
    "sft": ("prompt", "completion"),
    "dpo": ("prompt", "chosen", "rejected"),
    "kto": ("prompt", "completion", "label"),
}
_MOST_EPOCHS = 1000


def as_trained(row: dict[str, Any], *, method: Method) -> dict[str, Any]:
    """Return the row with the columns that the method's trainer reads and no others.

    A conversation becomes prompt and completion: TRL would train on the whole of `messages`, also on our prompt.
    """
    if "messages" in row:
        row = {**row, "prompt": row["messages"][:-1], "completion": row["messages"][-1:]}
    return {column: row[column] for column in COLUMNS[method]}


def weights_of(lines: Iterable[str]) -> list[float]:
    """Return the weights of a file's rows, in their order."""
    return [float(json.loads(line).get("weight", 1.0)) for line in lines]


def drawn(weights: Sequence[float], *, wanted: int, seed: int) -> list[int]:
    """Return the places of `wanted` rows in the order of training: epoch by epoch, each shuffled by its own hash.

    Fewer come back when no row has a weight above 0.
    """
    places: list[int] = []
    for epoch in range(_MOST_EPOCHS):
        if len(places) >= wanted:
            break
        kept = [place for place, weight in enumerate(weights) if _draw(seed, epoch, place) < weight]
        places += sorted(kept, key=lambda place: _draw(seed, epoch, place, salt="order"))
    return places[:wanted]


def smoothing(weights: Sequence[float]) -> float:
    """Return the share of pairs that may be the wrong way round: DPO's `label_smoothing` for the whole run."""
    return round(sum(1 - weight for weight in weights) / len(weights), 4) if weights else 0.0


def load(path: Path, *, method: Method, places: Sequence[int]) -> list[dict[str, Any]]:
    """Return the rows at those places, a row as often as its place is named."""
    wanted, found = set(places), {}
    with path.open(encoding="utf-8") as lines:
        for place, line in enumerate(lines):
            if place in wanted:
                found[place] = as_trained(json.loads(line), method=method)
    return [found[place] for place in places]


def _draw(seed: int, epoch: int, place: int, *, salt: str = "weight") -> float:
    digest = hashlib.sha256(f"{salt}:{seed}:{epoch}:{place}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
