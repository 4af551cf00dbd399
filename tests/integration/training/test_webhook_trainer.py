import json

import pytest

from bot.errors import SettingsError
from bot.training.trainers import webhook
from bot.training.trainers.base import (
    Progress,
    RunState,
    TrainerRefused,
    TrainerUnreachable,
    TrainingJob,
)
from bot.training.trainers.webhook import WebhookTrainer
from tests.fakes.listed_rows import ListedRows
from tests.fakes.trainer_endpoint import SECRET, TrainerEndpoint, running_endpoint

JOB = TrainingJob(
    "draftloop-1", {"rows": {"sft": 1}}, ListedRows({"sft.train.jsonl": ['{"text":"Grüße"}', "{}"]})
)


@pytest.fixture
async def endpoint():
    async with running_endpoint() as serving:
        yield serving


def build(endpoint: TrainerEndpoint, *, secret: str = SECRET, timeout: float = 5.0) -> WebhookTrainer:
    return WebhookTrainer(endpoint.url, secret=secret, timeout_seconds=timeout)


async def test_the_job_carries_manifest_and_rows(endpoint):
    await build(endpoint).submit(JOB)

    assert endpoint.jobs["job-1"]["manifest"] == {"rows": {"sft": 1}}
    assert endpoint.jobs["job-1"]["files"] == {"sft.train.jsonl": '{"text":"Grüße"}\n{}\n'}


async def test_a_wrong_secret_is_refused_for_good(endpoint):
    with pytest.raises(TrainerRefused) as refusal:
        await build(endpoint, secret="wrong").submit(JOB)

    assert refusal.value.code == "http_401"
    assert endpoint.jobs == {}


async def test_a_job_whose_answer_got_lost_is_found_again_by_its_key(endpoint):
    endpoint.mode = "submit:lost"
    trainer = build(endpoint)

    with pytest.raises(TrainerUnreachable):
        await trainer.submit(JOB)
    external_id = await trainer.submit(JOB)

    assert external_id == f"{endpoint.url}/job-1"
    assert len(endpoint.jobs) == 1


@pytest.mark.parametrize("fault", ["busy", "limited", "hang", "cut"])
async def test_no_answer_now_means_try_again(endpoint, fault):
    trainer = build(endpoint, timeout=0.5)
    endpoint.mode = f"submit:{fault}"

    with pytest.raises(TrainerUnreachable):
        await trainer.submit(JOB)
    endpoint.mode = ""
    external_id = await trainer.submit(JOB)
    endpoint.mode = f"status:{fault}"

    with pytest.raises(TrainerUnreachable):
        await trainer.poll(external_id)


@pytest.mark.parametrize("fault", ["refuse", "redirect", "garbage", "list", "deep", "foreign", "huge"])
async def test_an_answer_that_makes_no_sense_is_no_submission(endpoint, fault):
    endpoint.mode = f"submit:{fault}"

    with pytest.raises(TrainerRefused):
        await build(endpoint).submit(JOB)

    assert endpoint.redirected_to == 0


@pytest.mark.parametrize("fault", ["garbage", "list", "deep", "refuse"])
async def test_a_status_that_makes_no_sense_is_unknown_never_success(endpoint, fault):
    trainer = build(endpoint)
    external_id = await trainer.submit(JOB)
    endpoint.mode = f"status:{fault}"

    progress = await trainer.poll(external_id)

    assert progress.state == RunState.UNKNOWN
    assert not progress.ended


@pytest.mark.parametrize("fault", ["redirect", "huge"])
async def test_a_status_is_read_neither_elsewhere_nor_without_end(endpoint, fault):
    trainer = build(endpoint)
    external_id = await trainer.submit(JOB)
    endpoint.mode = f"status:{fault}"

    with pytest.raises(TrainerRefused):
        await trainer.poll(external_id)

    assert endpoint.redirected_to == 0


@pytest.mark.parametrize("state", ["paused", "SUCCEEDED", "", None, 1, ["succeeded"]])
async def test_a_state_nobody_knows_is_unknown(endpoint, state):
    trainer = build(endpoint)
    external_id = await trainer.submit(JOB)
    endpoint.status = {"state": state}

    progress = await trainer.poll(external_id)

    assert progress == Progress(RunState.UNKNOWN, detail="unknown_state")


async def test_only_plain_short_figures_of_a_result_are_kept(endpoint):
    trainer = build(endpoint)
    external_id = await trainer.submit(JOB)
    endpoint.status = {
        "state": "succeeded",
        "result": {"loss": 0.5, "nested": {"a": 1}, "long": "x" * 501, "bad": float("nan"), "ok": True},
    }

    progress = await trainer.poll(external_id)

    assert progress == Progress(RunState.SUCCEEDED, {"loss": 0.5, "ok": True}, done=1.0)


async def test_a_dataset_that_is_too_large_is_refused_before_it_is_sent(endpoint, monkeypatch):
    monkeypatch.setattr(webhook, "JOB_BYTES", 100)
    job = TrainingJob("draftloop-1", {}, ListedRows({"sft.train.jsonl": ["x" * 101]}))

    with pytest.raises(TrainerRefused, match="command trainer"):
        await build(endpoint).submit(job)

    assert endpoint.jobs == {}


async def test_a_status_address_of_another_origin_is_never_asked(endpoint):
    other = endpoint.url.replace("127.0.0.1", "localhost") + "/job-1"

    with pytest.raises(TrainerRefused):
        await build(endpoint).poll(other)


@pytest.mark.parametrize(
    "url",
    [
        "http://trainer.example/train",
        "http://10.0.0.1/train",
        "http://user:pass@127.0.0.1/train",
        "ftp://127.0.0.1/train",
        "/train",
        "https://",
        "http://127.0.0.1.example/train",
    ],
)
def test_an_address_that_is_not_https_is_a_bad_setting(url):
    with pytest.raises(SettingsError, match="DRAFTLOOP_TRAINER_WEBHOOK_URL"):
        WebhookTrainer(url, secret=SECRET)


@pytest.mark.parametrize("url", ["https://trainer.example/train", "http://[::1]:80/x", "http://localhost/x"])
def test_https_and_this_machine_are_good(url):
    WebhookTrainer(url, secret=SECRET)


async def test_the_signature_covers_the_body(endpoint):
    trainer = build(endpoint)
    await trainer.submit(JOB)

    assert endpoint.refused == 0
    assert json.loads(json.dumps(endpoint.jobs["job-1"]))["submission_key"] == "draftloop-1"
