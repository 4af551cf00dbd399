"""The `trl` trainer: a LoRA adapter for a local model, trained on this machine in a process of its own.

First SFT on the texts that people corrected or accepted; then DPO on top when there are pairs; KTO on top when there
are no pairs but lone thumbs. The process outlives the bot; when the whole machine went down it goes on from its last
checkpoint. What stays is the adapter: for llama.cpp in the data folder's `adapters`, and as PEFT wrote it in the run's
folder (`peft`), for any other endpoint. Rows, caches and checkpoints go as soon as it ends.
"""

import importlib
import importlib.util
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from bot.llm.embedded import EmbeddedMissing, model_file
from bot.training.formats import reshape_line
from bot.training.lora.rows import FILES, Method
from bot.training.run_folder import Order, RunFolders, write_json, write_lines
from bot.training.trainers.base import Progress, TrainerRefused, TrainerUnreachable, TrainingJob

PROGRAM = (sys.executable, "-P", "-m", "bot.training.lora.program")
NEEDED = ("torch", "trl", "peft", "transformers", "datasets", "gguf", "safetensors")
MOST_STARTS = 5
_GIGABYTE = 1_000_000_000
_PROGRAMS = 1.2 * _GIGABYTE  # PyTorch and TRL themselves
_PER_BYTE = {
    ".gguf": 30,
    "": 5,
}  # memory per byte of weights on disk: a GGUF file holds them in a few bits each
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


class TrlTrainer:
    """Trains adapters, one run per submission key.

    Args:
        model: a folder or a GGUF file; None for the embedded model.
        data_dir: where runs, unpacked models and adapters lie.
        timeout_seconds: how long a run may take.
        most_steps: per method, fewer steps than usual; 0 leaves it out.
        program: what trains, called with the run's folder.
        packages: what the program imports.
    """

    name = "trl"

    def __init__(
        self,
        model: str | None,
        *,
        data_dir: Path,
        timeout_seconds: float,
        most_steps: Mapping[Method, int] | None = None,
        program: Sequence[str] = PROGRAM,
        packages: Sequence[str] = NEEDED,
    ) -> None:
        self._model = model
        self._models = data_dir.resolve() / "models"
        self._timeout_seconds = timeout_seconds
        self._most_steps = dict(most_steps or {})
        self._program = program
        self._packages = packages
        self._folders = RunFolders(data_dir)

    async def submit(self, job: TrainingJob) -> str:
        """Write the rows, start the program; a run that was started is left alone.

        Raises:
            TrainerRefused: a package, the model, memory or texts are missing; the sentence says which.
        """

        async def prepare(run_dir: Path) -> Order:
            return await self._prepare(run_dir, job)

        await self._folders.start(job.submission_key, prepare=prepare)
        return job.submission_key

    async def poll(self, external_id: str) -> Progress:
        """Say how a run stands; one whose processes are gone is started again and goes on where it was."""
        run_dir = self._folders.folder(external_id)
        starts = len(list(run_dir.glob("again-*")))
        progress = await self._folders.look(external_id)
        if progress.detail != "lost" or starts >= MOST_STARTS:
            return progress
        await self._start_again(run_dir, number=starts + 1)
        return await self._folders.look(external_id)

    async def cancel(self, external_id: str) -> None:
        """Stop a run."""
        await self._folders.cancel(external_id)

    async def clean(self, external_id: str) -> None:
        """Delete what is left of people's texts."""
        await self._folders.clean(external_id)

    async def _start_again(self, run_dir: Path, *, number: int) -> None:
        """Start a lost run once more; of several replicas that see it lost, the one that makes the file does it."""
        try:
            (run_dir / f"again-{number}").touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise TrainerUnreachable(code="starting_again") from None
        (run_dir / "started").unlink()

        async def as_before(_: Path) -> Order:
            return self._order(run_dir)

        await self._folders.start(run_dir.name, prepare=as_before)

    async def _prepare(self, run_dir: Path, job: TrainingJob) -> Order:
        model = self._weights()
        _check_packages(self._packages)
        _check_memory(model)
        counts = [await _write_rows(run_dir, job, name=name) for name in FILES.values()]
        if not counts[0]:
            raise TrainerRefused(
                "Local training starts with texts that people corrected or accepted, and there are none yet.",
                code="no_texts",
            )
        told = {"model": str(model), "models": str(self._models), "most_steps": self._most_steps}
        write_json(run_dir / "job.json", told)
        return self._order(run_dir)

    def _order(self, run_dir: Path) -> Order:
        places = {
            "DRAFTLOOP_RUN_DIR": run_dir,
            "HF_HOME": run_dir / "cache",
            "TRITON_CACHE_DIR": run_dir / "cache",
        }
        return Order(
            argv=[*self._program, str(run_dir)],
            timeout_seconds=self._timeout_seconds,
            remove=("rows", "work", "cache"),
            environment={**_OFFLINE, **{name: str(place) for name, place in places.items()}},
        )

    def _weights(self) -> Path:
        if self._model is None:
            try:
                return model_file()
            except EmbeddedMissing:
                raise TrainerRefused(
                    "There is no model to train: set DRAFTLOOP_TRAINER_TRL_MODEL to a folder or a GGUF file.",
                    code="no_model",
                ) from None
        path = Path(self._model).expanduser().resolve()
        if (path.suffix == ".gguf" and path.is_file()) or (path / "config.json").is_file():
            return path
        raise TrainerRefused(
            "DRAFTLOOP_TRAINER_TRL_MODEL is neither a GGUF file nor a folder with a config.json.",
            code="no_model",
        )


def _check_packages(needed: Sequence[str]) -> None:
    """Raise when the extra is not installed."""
    if not all(importlib.util.find_spec(name) for name in needed):
        raise TrainerRefused(
            'Local training needs PyTorch and TRL: `pip install "draftloop[trl]"` brings them.',
            code="trl_not_installed",
        )


def _check_memory(model: Path) -> None:
    """Raise when there is too little memory, where `psutil` is there to tell: swapping would stop the whole machine."""
    if importlib.util.find_spec("psutil") is None:
        return
    free: int = importlib.import_module("psutil").virtual_memory().available
    needed = memory_needed(model)
    if free < needed:
        raise TrainerRefused(
            f"Local training of this model needs about {needed / _GIGABYTE:.1f} GB of memory and "
            f"{free / _GIGABYTE:.1f} GB are free: a smaller model or a larger machine helps.",
            code="too_little_memory",
        )


def memory_needed(model: Path) -> int:
    """Return about how many bytes of memory training takes, from the size of the weights."""
    files = [model] if model.is_file() else list(model.glob("*.safetensors"))
    return round(_PROGRAMS + _PER_BYTE.get(model.suffix, 4) * sum(file.stat().st_size for file in files))


async def _write_rows(run_dir: Path, job: TrainingJob, *, name: str) -> int:
    """Write one kind of rows in TRL's shape and return how many there are."""
    counted = 0

    async def lines() -> AsyncIterator[str]:
        nonlocal counted
        if name in job.rows.names:
            async for line in job.rows.open(name):
                counted += 1
                yield reshape_line(line, shape="trl")

    await write_lines(run_dir / "rows" / name, lines=lines())
    return counted
