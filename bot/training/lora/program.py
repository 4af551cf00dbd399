"""The training program: `python -m bot.training.lora.program RUN_DIR`, started by the `trl` trainer in the run's folder.

It reads `job.json` and the rows in `rows/`, keeps checkpoints in `work/`, tells how far it is in `progress.json`, and
leaves the adapter twice: in `peft/` as any endpoint loads it, and as `adapter.gguf` for llama.cpp; then `result.json`.
Started again after it was cut off, it goes on from the last checkpoint. It prints no text of anybody.
"""

import json
import math
import resource
import shutil
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.training.adapters import FAMILIES, write_adapter
from bot.training.lora import weights
from bot.training.lora.plan import Plan, Stage, kept_plan
from bot.training.lora.stages import run_stage

NO_TEXTS = 3
UNKNOWN_FAMILY = 4


@dataclass
class Telling:
    """Writes how far the run is, for the bot and for whoever watches."""

    file: Path
    plan: Plan
    before: int = 0  # steps of the stages that are done
    loss: float | None = None
    begun: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)

    def start(self, stage: Stage) -> None:
        """Note that a stage begins."""
        self.begun = time.monotonic()
        self._write(stage, 0)

    def step(self, stage: Stage, step: int, figures: Mapping[str, Any]) -> None:
        """Note a step of a stage."""
        self.loss = figures.get("loss", self.loss)
        self._write(stage, step)
        sys.stdout.write(f"{stage.method} {step}/{stage.steps} {time.monotonic() - self.begun:.1f} s\n")
        sys.stdout.flush()

    def end(self, stage: Stage) -> None:
        """Note that a stage is done."""
        self.before += stage.steps
        self.seconds[stage.method] = round(time.monotonic() - self.begun, 1)

    def _write(self, stage: Stage, step: int) -> None:
        done = (self.before + step) / self.plan.steps
        told = {"done": round(done, 4), "stage": stage.method, "step": step, "steps": stage.steps}
        _write_json(self.file, told)


def main(run_dir: Path) -> int:
    """Train, convert, tell; return the exit code."""
    sys.excepthook = _say_where
    if (run_dir / "result.json").exists():
        return 0
    job = json.loads((run_dir / "job.json").read_text(encoding="utf-8"))
    plan = kept_plan(run_dir / "plan.json", rows=run_dir / "rows", most_steps=job["most_steps"])
    if not plan.stages:
        return NO_TEXTS
    base = weights.plain_folder(Path(job["model"]), kept=Path(job["models"]))
    if json.loads((base / "config.json").read_text(encoding="utf-8"))["model_type"] not in FAMILIES:
        return UNKNOWN_FAMILY
    telling = Telling(run_dir / "progress.json", plan)
    adapter = _train(run_dir, plan=plan, base=base, telling=telling)
    _leave(run_dir, adapter=adapter, base=base, result=_result(plan, telling))
    return 0


def _train(run_dir: Path, *, plan: Plan, base: Path, telling: Telling) -> Path:
    """Run the stages; each begins with the model as it is, because TRL changes the one it was given."""
    adapter: Path | None = None
    for stage in plan.stages:
        telling.start(stage)
        adapter = run_stage(
            stage,
            plan=plan,
            base=weights.load(base),
            adapter=adapter,
            folder=run_dir / "work" / stage.method,
            rows=run_dir / "rows",
            tell=lambda step, figures, stage=stage: telling.step(stage, step, figures),  # type: ignore[misc]
        )
        telling.end(stage)
    if adapter is None:
        raise AssertionError("A plan without stages was refused before.")
    return adapter


def _leave(run_dir: Path, *, adapter: Path, base: Path, result: dict[str, Any]) -> None:
    kept = run_dir / "peft"
    kept.mkdir(mode=0o700, exist_ok=True)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        shutil.copy2(adapter / name, kept / name)
        (kept / name).chmod(0o600)
    tensors = write_adapter(kept, model_config=base / "config.json", out=run_dir / "adapter.gguf")
    _write_json(run_dir / "result.json", {**result, "tensors": tensors})


def _result(plan: Plan, telling: Telling) -> dict[str, Any]:
    loss = telling.loss
    return {
        "method": plan.name,
        **{f"{stage.method} rows": stage.rows for stage in plan.stages},
        **{f"{stage.method} steps": stage.steps for stage in plan.stages},
        **{f"{method} seconds": seconds for method, seconds in telling.seconds.items()},
        "last loss": round(loss, 4) if loss is not None and math.isfinite(loss) else None,
        "memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    made = path.with_suffix(".json.part")
    made.write_text(json.dumps(value), encoding="utf-8")
    made.replace(path)


def _say_where(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
    """Print what failed and where, without the error's own words: they may quote a row."""
    places = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)
    ]
    sys.stderr.write(f"{kind.__name__} in {' < '.join(reversed(places))}\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
