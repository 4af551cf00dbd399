"""Training runs from the ask to the report, on both databases, with real trainers and a real Slack wire."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.training.run_record import GRACE
from bot.training.runs import NoTrainer
from bot.training.trainers.command import CommandTrainer
from bot.training.trainers.webhook import WebhookTrainer
from tests.fakes.patience import until_found
from tests.fakes.trainer_endpoint import SECRET, running_endpoint
from tests.integration.training.conftest import ADMIN, TEAM

SCRIPT = Path(__file__).parents[2] / "fakes" / "trainer_script.py"


def command(tmp_path, behaviour="succeed"):
    return CommandTrainer([sys.executable, str(SCRIPT), behaviour], data_dir=tmp_path, timeout_seconds=30)


@pytest.fixture
async def endpoint():
    async with running_endpoint() as serving:
        serving.status = {"state": "succeeded", "result": {"loss": 0.25, "note": "<!channel>"}}
        yield serving


def webhook(endpoint):
    return WebhookTrainer(endpoint.url, secret=SECRET, timeout_seconds=2)


async def test_a_run_is_frozen_trained_and_told_in_the_admin_channel_once(open_shop, tmp_path):
    shop = open_shop(command(tmp_path))
    await shop.open()
    await shop.teach(5)
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert (run.state, run.result["rows"]) == ("succeeded", 4)
    (report,) = shop.reports()
    assert "*Retraining finished.*" in report
    assert "loss 0.25" in report
    assert "Dataset version 1" in report
    assert "5 accepted or rewritten texts, 5 pairs; 2 held out" in report


async def test_the_webhook_gets_the_frozen_rows_and_its_words_ping_nobody(open_shop, endpoint):
    shop = open_shop(webhook(endpoint))
    await shop.open()
    await shop.teach(3)
    await shop.launch()

    run = await shop.finish(await shop.ask())

    (job,) = endpoint.jobs.values()
    assert run.state == "succeeded"
    assert job["manifest"]["version"] == 1
    assert job["manifest"]["files"]["sft.train.jsonl"]["rows"] == len(
        job["files"]["sft.train.jsonl"].splitlines()
    )
    assert "&lt;!channel&gt;" in shop.reports()[0]


async def test_too_little_to_learn_from_is_said_with_what_is_missing(open_shop, tmp_path):
    shop = open_shop(command(tmp_path))
    await shop.open()
    await shop.teach(2)
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert (run.state, run.failure, run.dataset_version_id) == ("short", "too_few_rows", None)
    assert "A run needs 3 rows of one kind; the most there are is 2" in shop.reports()[0]
    assert not (tmp_path / "runs").exists()


async def test_without_an_attestation_nothing_is_frozen(open_shop, tmp_path):
    shop = open_shop(command(tmp_path))
    await shop.open(attested=False)
    await shop.teach(5)
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert (run.state, run.failure) == ("short", "no_attestation")
    assert "/draftloop attest" in shop.reports()[0]


async def test_a_failed_training_is_told_as_one(open_shop, tmp_path):
    shop = open_shop(command(tmp_path, "fail"))
    await shop.open()
    await shop.teach(3)
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert (run.state, run.failure) == ("failed", "exit_3")
    assert "*Retraining failed:* its command ended with exit code 3." in shop.reports()[0]


async def test_a_result_nobody_can_read_is_no_success(open_shop, tmp_path):
    shop = open_shop(command(tmp_path, "garbage"))
    await shop.open()
    await shop.teach(3)
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert run.state == "unknown"
    assert "It does not count as a success." in shop.reports()[0]


async def test_a_folder_that_cannot_be_written_is_told_and_blocks_no_later_run(open_shop, tmp_path):
    (tmp_path / "taken").write_text("no folder")
    shop = open_shop(command(tmp_path / "taken"))
    await shop.open()
    await shop.teach(3)
    await shop.launch()

    run = await shop.finish(await shop.ask())
    again = await shop.training.runs.ask(TEAM, trigger="command", key="command:2")

    assert run.state == "failed"
    assert "DRAFTLOOP_DATA_DIR" in shop.reports()[0]
    assert again.outcome == "started"


async def test_a_step_that_breaks_on_our_side_ends_the_run_and_is_told(open_shop, tmp_path):
    shop = open_shop(command(tmp_path))
    await shop.open()
    await shop.teach(3)
    await shop.launch()
    (tmp_path / "runs").mkdir()
    run_id = await shop.ask()
    folder = tmp_path / "runs" / f"draftloop-{run_id}"
    folder.mkdir()
    for name in ("started", "alive"):
        (folder / name).touch()
    (folder / "exit.json").write_text("half a wor")

    run = await shop.finish(run_id)

    assert run.state == "unknown"
    (report,) = shop.reports()
    assert "*I do not know how the retraining ended:* Something went wrong on our side (reference" in report


async def test_a_trainer_that_is_away_for_a_moment_gets_the_job_once(open_shop, endpoint):
    endpoint.mode = "submit:lost"
    shop = open_shop(webhook(endpoint))
    await shop.open()
    await shop.teach(3)
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert run.state == "succeeded"
    assert len(endpoint.jobs) == 1
    assert endpoint.submissions == {run.submission_key: 2}


async def test_a_trainer_that_stays_away_ends_in_unknown(open_shop, endpoint):
    endpoint.mode = "submit:busy"
    shop = open_shop(webhook(endpoint))
    await shop.open()
    await shop.teach(3)
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert (run.state, run.failure) == ("unknown", "no_answer")


async def test_a_trainer_that_refuses_ends_the_run(open_shop, endpoint):
    endpoint.mode = "submit:refuse"
    shop = open_shop(webhook(endpoint))
    await shop.open()
    await shop.teach(3)
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert run.state == "failed"
    assert "The trainer refused the job (HTTP 422)" in shop.reports()[0]


async def test_a_second_ask_joins_the_run_that_is_under_way_and_the_same_cause_never_runs_again(
    open_shop, tmp_path
):
    shop = open_shop(command(tmp_path))
    await shop.open()
    await shop.teach(3)

    first = await shop.training.runs.ask(TEAM, trigger="command", key="command:1", requested_by=ADMIN)
    other = await shop.training.runs.ask(TEAM, trigger="command", key="command:2", requested_by=ADMIN)
    await shop.launch()
    await shop.finish(first.run_id)
    same = await shop.training.runs.ask(TEAM, trigger="command", key="command:1", requested_by=ADMIN)

    assert (first.outcome, other.outcome, same.outcome) == ("started", "joined", "known")
    assert {first.run_id} == {other.run_id, same.run_id}
    assert len(shop.reports()) == 1


async def test_a_submission_whose_record_was_lost_in_a_crash_is_not_submitted_again(open_shop, tmp_path):
    shop = open_shop(command(tmp_path))
    await shop.open()
    await shop.teach(3)
    run_id = await shop.ask()
    await shop.training.following.freeze(run_id)
    await shop.training.following.submit(run_id)
    async with shop.database.begin() as unit:
        await unit.runs.update(run_id, state="frozen", external_id=None, submitted_at=None)

    state = await shop.training.following.submit(run_id)

    run = await shop.run(run_id)
    starts = tmp_path / "runs" / run.submission_key / "starts"
    assert state == "submitted"

    async def ended():
        return True if await shop.training.following.look(run_id) == "trained" else None

    await until_found(ended)
    assert len(starts.read_text().splitlines()) == 1


async def test_every_step_may_be_repeated(open_shop, tmp_path):
    shop = open_shop(command(tmp_path, "wait_for_go"))
    await shop.open()
    await shop.teach(3)
    run_id = await shop.ask()

    states = [await shop.training.following.freeze(run_id) for _ in range(2)]
    states += [await shop.training.following.submit(run_id) for _ in range(2)]
    states += [await shop.training.following.freeze(run_id)]
    run = await shop.run(run_id)
    (tmp_path / "runs" / run.submission_key / "go").touch()

    async def ended():
        return True if await shop.training.following.look(run_id) == "trained" else None

    await until_found(ended)
    last = [await shop.training.following.look(run_id), await shop.training.following.give_up(run_id)]
    assert states == ["frozen", "frozen", "submitted", "submitted", "submitted"]
    assert last == ["trained", "trained"]


async def test_a_bot_that_starts_again_goes_on_following_the_same_job(open_shop, tmp_path):
    before = open_shop(command(tmp_path, "wait_for_go"))
    await before.open()
    await before.teach(3)
    await before.launch()
    run_id = await before.ask()

    async def running():
        run = await before.run(run_id)
        return run if run.state == "running" else None

    run = await until_found(running)
    await before.durable.close(grace=0)
    (tmp_path / "runs" / run.submission_key / "go").touch()
    after = open_shop(command(tmp_path, "wait_for_go"))
    await after.launch()

    ended = await after.finish(run_id)

    assert ended.state == "succeeded"
    assert len((tmp_path / "runs" / run.submission_key / "starts").read_text().splitlines()) == 1
    assert len(after.reports()) == 1


async def test_consent_that_is_taken_back_stops_the_run_before_it_leaves_the_house(open_shop, endpoint):
    shop = open_shop(webhook(endpoint))
    await shop.open()
    await shop.teach(3)
    run_id = await shop.ask()
    await shop.training.following.freeze(run_id)
    await shop.training.consent.withdraw(TEAM, user_id=ADMIN, now=shop.now)

    state = await shop.training.following.submit(run_id)

    assert state == "failed"
    assert endpoint.jobs == {}


async def test_a_job_that_never_ends_is_stopped_and_unknown(open_shop, endpoint):
    endpoint.status = {"state": "running"}
    shop = open_shop(webhook(endpoint))
    await shop.open()
    await shop.teach(3)
    run_id = await shop.ask()
    await shop.training.following.freeze(run_id)
    await shop.training.following.submit(run_id)
    running = await shop.training.following.look(run_id)
    shop.now += timedelta(hours=4) + GRACE

    ended = await shop.training.following.look(run_id)

    assert (running, ended) == ("running", "unknown")
    assert endpoint.cancelled == {"job-1"}


async def test_a_trainer_that_does_not_answer_for_a_while_is_asked_again(open_shop, endpoint):
    endpoint.mode = "status:busy"
    shop = open_shop(webhook(endpoint))
    await shop.open()
    await shop.teach(3)
    run_id = await shop.ask()
    await shop.training.following.freeze(run_id)
    await shop.training.following.submit(run_id)

    away = await shop.training.following.look(run_id)
    endpoint.mode = ""
    back = await shop.training.following.look(run_id)

    assert (away, back) == ("submitted", "trained")


async def test_without_a_trainer_nothing_starts(open_shop):
    shop = open_shop(None)
    await shop.open()

    with pytest.raises(NoTrainer):
        await shop.ask()

    assert await shop.runs() == []


async def test_without_an_admin_channel_the_person_who_asked_is_told(open_shop, tmp_path, ana):
    shop = open_shop(command(tmp_path))
    await shop.open()
    async with shop.database.begin() as unit:
        (await unit.workspaces.get(TEAM)).admin_channel_id = None
    await shop.launch()

    asked = await shop.training.runs.ask(TEAM, trigger="command", key="command:1", requested_by=ana.user_id)
    await shop.finish(asked.run_id)

    (message,) = ana.direct.messages.values()
    assert "Not retrained" in message.text
