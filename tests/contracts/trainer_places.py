"""Where trainers of the contract suite work: each with the hands of a test on its other side."""

import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.training.formats import KINDS, SPLITS
from bot.training.trainers.base import Trainer, TrainingJob
from bot.training.trainers.command import CommandTrainer
from bot.training.trainers.openai import OpenAITrainer
from bot.training.trainers.playbook import PlaybookTrainer
from bot.training.trainers.webhook import WebhookTrainer
from storage.engine import Database
from tests.contracts.trl_place import trl_place
from tests.fakes.fine_tuning_endpoint import KEY, running_fine_tuning
from tests.fakes.listed_rows import ListedRows
from tests.fakes.model_endpoint import Status
from tests.fakes.playbook_room import follows_rules, open_room
from tests.fakes.trainer_endpoint import SECRET, running_endpoint

SCRIPT = Path(__file__).parent.parent / "fakes" / "trainer_script.py"
SECRET_TEXT = "Grüße aus der Küche"
ROW = json.dumps(
    {
        "messages": [
            {"role": "user", "content": SECRET_TEXT},
            {"role": "assistant", "content": SECRET_TEXT},
        ],
        "weight": 1.0,
        "source": ["Ev1"],
    }
)
ENDS = {"succeed": "succeeded", "fail": "failed"}


def make_job(key: str, *, bad: bool = False) -> TrainingJob:
    files = {f"{kind}.{split}.jsonl": [] for kind in KINDS for split in SPLITS}
    rows = [*[ROW] * 12, *([f'{{"messages": "{SECRET_TEXT}', "[]"] if bad else [])]
    return TrainingJob(key, {"rows": {"sft": 12}}, ListedRows({**files, "sft.train.jsonl": rows}))


async def at_once(key: str, *, bad: bool = False) -> TrainingJob:
    return make_job(key, bad=bad)


async def nothing() -> None: ...


@dataclass
class Place:
    """A trainer and the hands of a test on its other side.

    Args:
        trainer: it.
        again: the same trainer in a bot that was restarted.
        finish: let a job that waits end well.
        starts: how often the job of a key was really started.
        unknown: an id as this trainer gives them, of a job that nobody has.
        texts: people's texts that lie where the trainer put them.
        lose: let the answer to the next submission get lost, after it arrived.
        job: makes a job.
        figures: what a job that ended well tells at least.
    """

    trainer: Trainer
    again: Callable[[], Trainer]
    finish: Callable[[str], Awaitable[None]]
    starts: Callable[[str], int]
    unknown: str = "draftloop-nobody"
    texts: Callable[[], list[str]] = list
    lose: Callable[[], object] = lambda: None
    job: Callable[..., Awaitable[TrainingJob]] = at_once
    figures: dict[str, float] = field(default_factory=lambda: {"loss": 0.25, "rows": 12})


@asynccontextmanager
async def command_place(tmp_path: Path, behaviour: str) -> AsyncIterator[Place]:
    def build() -> CommandTrainer:
        command = [sys.executable, str(SCRIPT), behaviour]
        return CommandTrainer(command, data_dir=tmp_path, timeout_seconds=30)

    async def finish(external_id: str) -> None:
        (tmp_path / "runs" / external_id / "go").touch()

    def starts(key: str) -> int:
        return len((tmp_path / "runs" / key / "starts").read_text().splitlines())

    yield Place(build(), build, finish, starts, texts=lambda: texts_in(tmp_path))
    for run in (tmp_path / "runs").glob("*"):
        await build().cancel(run.name)


@asynccontextmanager
async def local_place(tmp_path: Path, behaviour: str) -> AsyncIterator[Place]:
    async with trl_place(tmp_path, behaviour) as place:
        yield Place(place.trainer, place.again, place.finish, place.starts, texts=lambda: texts_in(tmp_path))


@asynccontextmanager
async def webhook_place(tmp_path: Path, behaviour: str) -> AsyncIterator[Place]:
    async with running_endpoint() as endpoint:
        endpoint.status = {"state": ENDS.get(behaviour, "running"), "result": {"loss": 0.25, "rows": 12}}

        async def finish(external_id: str) -> None:
            endpoint.status["state"] = "succeeded"

        yield Place(
            WebhookTrainer(endpoint.url, secret=SECRET),
            lambda: WebhookTrainer(endpoint.url, secret=SECRET),
            finish,
            lambda key: sum(job["submission_key"] == key for job in endpoint.jobs.values()),
            unknown=f"{endpoint.url}/nobody",
            lose=lambda: setattr(endpoint, "mode", "submit:lost"),
        )


@asynccontextmanager
async def openai_place(tmp_path: Path, behaviour: str) -> AsyncIterator[Place]:
    async with running_fine_tuning(state=ENDS.get(behaviour, "running")) as endpoint:

        def build() -> OpenAITrainer:
            return OpenAITrainer(endpoint.url, api_key=KEY, model="gpt-small")

        async def finish(external_id: str) -> None:
            endpoint.end()

        def starts(key: str) -> int:
            jobs = [job for job in endpoint.jobs.values() if job["metadata"]["draftloop"] == key]
            return sum(job["status"] != "cancelled" for job in jobs)

        yield Place(
            build(),
            build,
            finish,
            starts,
            unknown="draftloop-nobody:ftjob-99",
            texts=lambda: endpoint.kept_files,
            lose=lambda: endpoint.faults.update(create=["lost"]),
            figures={"rows_sft": 12},
        )


@asynccontextmanager
async def playbook_place(database: Database, behaviour: str) -> AsyncIterator[Place]:
    def answer(asked):
        return Status(401) if behaviour == "fail" else follows_rules(asked)

    async with open_room(database, answer) as room:
        await room.furnish(corrections=7)
        seconds = Counter[str]()
        waits = behaviour in {"wait_for_go", "hang"}

        def monotonic() -> float:
            seconds["passed"] += 100 if waits and not seconds["go"] else 0
            return seconds["passed"]

        def build() -> PlaybookTrainer:
            return room.build(budget=60, slice_seconds=50, monotonic=monotonic)

        async def finish(external_id: str) -> None:
            seconds["go"] = 1

        def starts(key: str) -> int:
            asked = Counter(json.dumps(each) for each in room.endpoint.requests)
            return max(asked.values(), default=1)

        yield Place(
            build(), build, finish, starts, unknown="0" * 32, job=room.known_job, figures={"drafts": 3}
        )


def texts_in(folder: Path) -> list[str]:
    """The files that hold the text of a row."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if SECRET_TEXT.encode() in path.read_bytes()]
