"""The `command` trainer: runs the operator's own program on files in a private folder, and outlives the bot.

The program starts in its run folder with, in its environment, `DRAFTLOOP_RUN_DIR`, `DRAFTLOOP_MANIFEST`,
`DRAFTLOOP_RESULT` and `DRAFTLOOP_SUBMISSION_KEY`; beside the manifest lie `sft.train.jsonl`, `sft.held_out.jsonl`
and so on, and the same in TRL's shape in `trl/`; these are deleted when the program ends, the rest of the folder stays.
What it may leave for us (`result.json`, `progress.json`, `adapter.gguf`) stands in `bot/training/run_folder.py`.
"""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from bot.training.formats import reshape_line
from bot.training.run_folder import Order, RunFolders, write_json, write_lines
from bot.training.trainers.base import Progress, TrainingJob


class CommandTrainer:
    """Runs a command per job, never twice for the same submission key."""

    name = "command"

    def __init__(
        self,
        argv: Sequence[str],
        *,
        data_dir: Path,
        timeout_seconds: float,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._argv = list(argv)
        self._timeout_seconds = timeout_seconds
        self._folders = RunFolders(data_dir, environment=environment)

    async def submit(self, job: TrainingJob) -> str:
        """Write the files, start the command; a run that was started is left alone."""

        async def prepare(run_dir: Path) -> Order:
            await _write_rows(run_dir, job)
            return self._order(run_dir, job)

        await self._folders.start(job.submission_key, prepare=prepare)
        return job.submission_key

    async def poll(self, external_id: str) -> Progress:
        """Say how a run stands."""
        return await self._folders.look(external_id)

    async def cancel(self, external_id: str) -> None:
        """Ask the supervisor to stop the command."""
        await self._folders.cancel(external_id)

    async def clean(self, external_id: str) -> None:
        """Delete the rows if the supervisor could not."""
        await self._folders.clean(external_id)

    def _order(self, run_dir: Path, job: TrainingJob) -> Order:
        told = {
            "DRAFTLOOP_RUN_DIR": str(run_dir),
            "DRAFTLOOP_MANIFEST": str(run_dir / "manifest.json"),
            "DRAFTLOOP_RESULT": str(run_dir / "result.json"),
            "DRAFTLOOP_SUBMISSION_KEY": job.submission_key,
        }
        rows = tuple(name for base in job.rows.names for name in (base, f"trl/{base}"))
        return Order(self._argv, timeout_seconds=self._timeout_seconds, remove=rows, environment=told)


async def _write_rows(run_dir: Path, job: TrainingJob) -> None:
    for name in job.rows.names:
        await write_lines(run_dir / name, lines=job.rows.open(name))
        await write_lines(run_dir / "trl" / name, lines=_as_trl(job.rows.open(name)))
    write_json(run_dir / "manifest.json", dict(job.manifest))


async def _as_trl(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    async for line in lines:
        yield reshape_line(line, shape="trl")
