"""What every trainer must do, proved with a real process and a real HTTP endpoint."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.training.formats import KINDS, SPLITS
from bot.training.trainers.base import RunState, Trainer, TrainerRefused, TrainingJob
from bot.training.trainers.command import CommandTrainer
from bot.training.trainers.webhook import WebhookTrainer
from tests.fakes.patience import until_ended
from tests.fakes.trainer_endpoint import SECRET, running_endpoint

SCRIPT = Path(__file__).parent.parent / "fakes" / "trainer_script.py"


@dataclass
class Place:
    """A trainer and the hands of a test on its other side."""

    trainer: Trainer
    again: Callable[[], Trainer]  # the same trainer in a bot that was restarted
    finish: Callable[[str], Awaitable[None]]
    starts: Callable[[str], int]


def make_job(key: str = "draftloop-1") -> TrainingJob:
    line = '{"messages":[{"role":"user","content":"Grüße"}],"weight":1.0,"source":["Ev1"]}'
    files = {f"{kind}.{split}.jsonl": [] for kind in KINDS for split in SPLITS}
    return TrainingJob(key, {"rows": {"sft": 2}}, {**files, "sft.train.jsonl": [line, line]})


@asynccontextmanager
async def command_place(tmp_path: Path, behaviour: str) -> AsyncIterator[Place]:
    def build() -> CommandTrainer:
        command = [sys.executable, str(SCRIPT), behaviour]
        return CommandTrainer(command, data_dir=tmp_path, timeout_seconds=30)

    async def finish(external_id: str) -> None:
        (tmp_path / "runs" / external_id / "go").touch()

    def starts(key: str) -> int:
        return len((tmp_path / "runs" / key / "starts").read_text().splitlines())

    yield Place(build(), build, finish, starts)
    for run in (tmp_path / "runs").glob("*"):
        await build().cancel(run.name)


@asynccontextmanager
async def webhook_place(behaviour: str) -> AsyncIterator[Place]:
    async with running_endpoint() as endpoint:
        ends = {"succeed": "succeeded", "fail": "failed"}
        endpoint.status = {"state": ends.get(behaviour, "running"), "result": {"loss": 0.25, "rows": 2}}

        async def finish(external_id: str) -> None:
            endpoint.status["state"] = "succeeded"

        yield Place(
            WebhookTrainer(endpoint.url, secret=SECRET),
            lambda: WebhookTrainer(endpoint.url, secret=SECRET),
            finish,
            lambda key: sum(job["submission_key"] == key for job in endpoint.jobs.values()),
        )


@pytest.fixture(params=["command", "webhook"])
def open_place(request, tmp_path):
    if request.param == "command":
        return lambda behaviour: command_place(tmp_path, behaviour)
    return webhook_place


async def test_a_job_that_ends_well_succeeds_with_its_figures(open_place):
    async with open_place("succeed") as place:
        external_id = await place.trainer.submit(make_job())

        progress = await until_ended(place.trainer, external_id)

        assert progress.state == RunState.SUCCEEDED
        assert progress.result["loss"] == 0.25
        assert progress.result["rows"] == 2


async def test_a_job_that_ends_badly_failed(open_place):
    async with open_place("fail") as place:
        external_id = await place.trainer.submit(make_job())

        progress = await until_ended(place.trainer, external_id)

        assert progress.state == RunState.FAILED


async def test_a_job_under_way_is_running_and_not_ended(open_place):
    async with open_place("wait_for_go") as place:
        external_id = await place.trainer.submit(make_job())

        progress = await place.trainer.poll(external_id)

        assert progress.state == RunState.RUNNING
        assert not progress.ended


async def test_the_same_submission_key_is_one_job_also_at_the_same_time_and_after_a_restart(open_place):
    async with open_place("wait_for_go") as place:
        first, second = await asyncio.gather(
            place.trainer.submit(make_job()), place.again().submit(make_job())
        )
        third = await place.again().submit(make_job())
        await place.finish(first)
        await until_ended(place.trainer, first)

        assert first == second == third
        assert place.starts("draftloop-1") == 1


async def test_a_restarted_bot_follows_the_job_to_its_end(open_place):
    async with open_place("wait_for_go") as place:
        external_id = await place.trainer.submit(make_job())
        restarted = place.again()
        await place.finish(external_id)

        progress = await until_ended(restarted, external_id)

        assert progress.state == RunState.SUCCEEDED


async def test_a_finished_job_is_not_started_again(open_place):
    async with open_place("succeed") as place:
        external_id = await place.trainer.submit(make_job())
        await until_ended(place.trainer, external_id)

        again = await place.again().submit(make_job())

        assert again == external_id
        assert place.starts("draftloop-1") == 1


async def test_a_cancelled_job_is_cancelled_and_cancelling_twice_is_harmless(open_place):
    async with open_place("hang") as place:
        external_id = await place.trainer.submit(make_job())

        await place.trainer.cancel(external_id)
        await place.trainer.cancel(external_id)
        progress = await until_ended(place.trainer, external_id)

        assert progress.state == RunState.CANCELLED


async def test_jobs_with_different_keys_are_different_jobs(open_place):
    async with open_place("succeed") as place:
        first = await place.trainer.submit(make_job("draftloop-1"))
        second = await place.trainer.submit(make_job("draftloop-2"))

        assert first != second


async def test_an_id_of_somebody_elses_job_is_refused(open_place):
    async with open_place("succeed") as place:
        with pytest.raises(TrainerRefused):
            await place.trainer.poll("http://example.invalid/../../etc")
