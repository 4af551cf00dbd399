"""What a local training run will do, decided once and kept in its folder: a run that was cut off goes on with the same.

SFT always comes first: DPO or KTO on the untrained model gave garbage with perfect reward figures. Then DPO on top when
there are pairs; KTO on top only when there are no pairs but lone thumbs, both up and down.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from bot.training.lora.rows import FILES, Method, drawn, smoothing, weights_of

SEED = 7
FEWEST_PREFERENCES = 8


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a method trains.

    Args:
        batch: rows per step; small for DPO, which holds two texts and two models in memory.
        epochs: how often the rows are seen.
        fewest, most: steps.
        rate: of learning.
    """

    batch: int
    epochs: float
    fewest: int
    most: int
    rate: float

    def steps(self, rows: int) -> int:
        """Return the number of steps for so many rows."""
        return min(self.most, max(self.fewest, math.ceil(rows * self.epochs / self.batch)))


PACES: Mapping[Method, Pace] = {
    "sft": Pace(batch=4, epochs=2.0, fewest=24, most=2000, rate=4e-4),
    "dpo": Pace(batch=2, epochs=0.25, fewest=8, most=500, rate=2e-5),
    "kto": Pace(batch=2, epochs=0.25, fewest=8, most=500, rate=2e-5),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One method on the rows at these places of its file."""

    method: Method
    steps: int
    batch: int
    rate: float
    rows: int
    places: tuple[int, ...]
    smoothing: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The stages in their order; each goes on from the adapter of the one before it."""

    stages: tuple[Stage, ...]
    seed: int = SEED
    max_length: int = 1024  # tokens of prompt and text; memory follows what the rows really have
    lora: Mapping[str, int] = field(default_factory=lambda: {"r": 16, "alpha": 32})

    @property
    def steps(self) -> int:
        """Of all stages."""
        return sum(stage.steps for stage in self.stages)

    @property
    def name(self) -> str:
        """What is done, for people: `sft+dpo`."""
        return "+".join(stage.method for stage in self.stages)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Return a plan as `asdict` wrote it."""
        stages = tuple(Stage(**{**stage, "places": tuple(stage["places"])}) for stage in kept["stages"])
        return cls(**{**kept, "stages": stages})


def kept_plan(file: Path, *, rows: Path, most_steps: Mapping[str, int]) -> Plan:
    """Return the plan that was made for this run, or make it: with other steps the learning rate would jump.

    Args:
        file: where it is kept.
        rows: the folder of rows.
        most_steps: per method, fewer than the usual; 0 leaves a method out.
    """
    if not file.exists():
        made = file.with_suffix(".part")
        made.write_text(json.dumps(asdict(make_plan(rows, most_steps=most_steps))), encoding="utf-8")
        made.replace(file)
    return Plan.from_json(json.loads(file.read_text(encoding="utf-8")))


def make_plan(rows: Path, *, most_steps: Mapping[str, int]) -> Plan:
    """Decide what runs; no stages when there is no text to imitate."""
    weights = {method: _weights(rows / name) for method, name in FILES.items()}
    chosen: list[Method] = ["sft", *_second(rows, weights)] if weights["sft"] else []
    stages = (_stage(method, weights[method], most=most_steps.get(method)) for method in chosen)
    return Plan(tuple(stage for stage in stages if stage.steps))


def _second(rows: Path, weights: Mapping[Method, list[float]]) -> list[Method]:
    if len(weights["dpo"]) >= FEWEST_PREFERENCES:
        return ["dpo"]
    thumbs = {json.loads(line)["label"] for line in _lines(rows / FILES["kto"])}
    return ["kto"] if len(weights["kto"]) >= FEWEST_PREFERENCES and thumbs == {True, False} else []


def _stage(method: Method, weights: list[float], *, most: int | None) -> Stage:
    pace = PACES[method]
    steps = pace.steps(len(weights)) if most is None else min(most, pace.steps(len(weights)))
    places = tuple(drawn(weights, wanted=steps * pace.batch, seed=SEED))
    steps = len(places) // pace.batch  # No rows of any weight, no steps.
    softened = smoothing(weights) if method == "dpo" else 0.0
    return Stage(method, steps, pace.batch, pace.rate, len(weights), places, softened)


def _weights(path: Path) -> list[float]:
    return weights_of(_lines(path))


def _lines(path: Path) -> Iterator[str]:
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from lines
