"""A run beyond its training: challenger, gate, trial, decision, report; queued behind another, and cancelled anywhere."""

import json
from datetime import timedelta

import pytest

from bot.training.run_record import GRACE
from bot.training.runs import NothingToCancel
from bot.training.trainers.webhook import WebhookTrainer
from handlers.workflows import pipeline
from tests.fakes.patience import until_found
from tests.fakes.trainer_endpoint import SECRET, running_endpoint
from tests.integration.training.conftest import ADMIN, TEAM


@pytest.fixture
async def endpoint():
    async with running_endpoint() as serving:
        serving.status = {"state": "succeeded", "result": {"model": "better", "loss": 0.25}}
        yield serving


@pytest.fixture
async def open_taught(open_shop, endpoint):
    """A shop with something to learn from, and a release that is live."""

    async def open_one(**settings):
        shop = open_shop(WebhookTrainer(endpoint.url, secret=SECRET, timeout_seconds=2), **settings)
        await shop.open()
        await shop.teach(4)
        return shop

    return open_one


async def release_of(shop, run):
    async with shop.database.read() as unit:
        return await unit.releases.get(run.release_id)


async def audit_of(shop, subject):
    async with shop.database.read() as unit:
        return [entry.action for entry in await unit.audit.of_workspace(TEAM) if entry.subject == subject]


def offered(shop):
    """The action ids of the buttons in the admin channel."""
    (message,) = shop.sandbox.messages(shop.admin_channel)
    return [
        element["action_id"]
        for block in message.blocks
        for element in block.get("elements", [])
        if "action_id" in element
    ]


async def until_state(shop, run_id, state):
    async def look():
        run = await shop.run(run_id)
        return run if run.state == state else None

    return await until_found(look)


async def test_a_better_challenger_goes_live_by_itself_where_the_policy_says_so(open_taught):
    shop = await open_taught(promotion="automatic")
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert (run.state, run.outcome) == ("succeeded", "promoted")
    assert shop.ends.calls == ["measure 0", "measure 1", "open"]
    assert (await release_of(shop, run)).state == "live"
    (report,) = shop.reports()
    assert "*r2 writes from now on.*" in report
    assert "61 of 88 comparisons" in report
    assert "95 % interval 62 to 81 %" in report
    assert offered(shop) == ["release_roll_back"]


async def test_a_better_challenger_is_offered_to_an_admin_where_the_policy_says_so(open_taught):
    shop = await open_taught()
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert (run.state, run.outcome) == ("succeeded", "offered")
    assert (await release_of(shop, run)).state == "candidate"
    assert offered(shop) == ["release_promote", "release_keep"]


async def test_a_challenger_whose_lessons_were_erased_meanwhile_does_not_go_live(open_taught):
    shop = await open_taught(promotion="automatic")
    shop.ends.erases = True
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert run.outcome == "offered"
    assert (await release_of(shop, run)).state == "candidate"
    assert offered(shop) == []


async def test_a_challenger_that_the_gate_stops_meets_nobody(open_taught):
    shop = await open_taught()
    shop.ends.gate = "stopped"
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert (run.state, run.outcome, run.trial_id) == ("succeeded", "stopped", None)
    release = await release_of(shop, run)
    assert (release.state, release.reason) == ("rejected", "gate")
    (report,) = shop.reports()
    assert "stopped before anybody had to read it" in report
    assert "-0.20 on a scale" in report


@pytest.mark.parametrize(
    ("outcome", "state", "said"),
    [("worse", "rejected", "*r1 stays.* r2 is worse"), ("not_enough", "candidate", "*Not enough evidence.*")],
)
async def test_what_is_not_proved_stays_off(open_taught, outcome, state, said):
    shop = await open_taught(promotion="automatic")
    shop.ends.outcome = outcome
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert (run.state, run.outcome) == ("succeeded", outcome)
    assert (await release_of(shop, run)).state == state
    assert said in shop.reports()[0]


async def test_a_result_that_names_no_model_is_archived(open_taught, endpoint):
    endpoint.status = {"state": "succeeded", "result": {"loss": 0.25}}
    shop = await open_taught()
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert (run.state, run.outcome, run.release_id) == ("succeeded", "archived", None)
    assert shop.ends.calls == []
    assert "the release you have stays" in shop.reports()[0]


async def test_a_trial_waits_until_there_is_room_for_it(open_taught):
    shop = await open_taught()
    shop.ends.room = 3
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert run.outcome == "offered"
    assert shop.ends.calls.count("open") == 1


async def test_with_a_queue_a_second_trigger_waits_and_a_third_joins_it(open_taught, endpoint):
    endpoint.status = {"state": "running"}
    shop = await open_taught(retrain_second="queue")
    await shop.launch()

    first = await shop.training.runs.ask(TEAM, trigger="command", key="command:1", requested_by=ADMIN)
    second = await shop.training.runs.ask(TEAM, trigger="command", key="command:2", requested_by=ADMIN)
    third = await shop.training.runs.ask(TEAM, trigger="threshold", key="threshold:40")
    waiting = await shop.run(second.run_id)
    endpoint.status = {"state": "failed", "detail": "out_of_memory"}
    await shop.finish(first.run_id)
    ended = await shop.finish(second.run_id)

    assert [asked.outcome for asked in (first, second, third)] == ["started", "queued", "joined"]
    assert third.run_id == second.run_id
    assert waiting.state == "queued"
    assert ended.state == "failed"
    assert len(await shop.runs()) == 2


async def test_a_run_whose_turn_nobody_noticed_starts_with_the_next_tick(open_taught):
    shop = await open_taught(retrain_second="queue")
    first = await shop.ask("command:1")
    second = await shop.ask("command:2")
    async with shop.database.begin() as unit:
        await unit.runs.update(first, state="failed", finished_at=shop.now)

    await shop.training.triggers.tick(shop.now)
    await shop.training.triggers.tick(shop.now)

    assert (await shop.run(second)).state == "asked"


async def test_a_cancelled_job_is_stopped_at_the_trainer_and_nothing_of_it_is_used(open_taught, endpoint):
    endpoint.status = {"state": "running"}
    shop = await open_taught()
    await shop.launch()
    run_id = await shop.ask()
    await until_state(shop, run_id, "running")

    line = await shop.training.runs.request_cancel(run_id, by=ADMIN)
    run = await shop.finish(run_id)

    assert line.cancelling
    assert run.state == "cancelled"
    assert endpoint.cancelled == {"job-1"}
    assert shop.ends.calls == []
    assert "*Retraining was cancelled.*" in shop.reports()[0]
    assert "training.cancel_requested" in await audit_of(shop, run_id)


async def test_a_run_that_waits_is_cancelled_at_once_and_an_ended_one_not_at_all(open_taught):
    shop = await open_taught(retrain_second="queue")
    await shop.ask("command:1")
    waiting = await shop.ask("command:2")

    line = await shop.training.runs.request_cancel(waiting, by=ADMIN, workspace_id=TEAM)

    assert line.state == "cancelled"
    with pytest.raises(NothingToCancel):
        await shop.training.runs.request_cancel(waiting, by=ADMIN)
    with pytest.raises(NothingToCancel):
        await shop.training.runs.request_cancel((await shop.runs())[-1].id, by=ADMIN, workspace_id="T0OTHER")


async def test_a_cancelled_trial_ends_without_a_decision(open_taught, monkeypatch):
    monkeypatch.setattr(pipeline, "BETWEEN_ADVANCES", 3600)
    shop = await open_taught()
    shop.ends.looks = 1_000
    await shop.launch()
    run_id = await shop.ask()
    await until_state(shop, run_id, "trying")

    await shop.training.runs.request_cancel(run_id, by=ADMIN)
    run = await shop.finish(run_id)

    assert run.state == "cancelled"
    assert shop.ends.calls[-1] == "stop cancelled"
    release = await release_of(shop, run)
    assert (release.state, release.reason) == ("rejected", "cancelled")


async def test_a_trial_that_an_admin_ends_is_noticed_long_before_the_next_look_is_due(
    open_taught, monkeypatch
):
    monkeypatch.setattr(pipeline, "BETWEEN_ADVANCES", 3600)
    shop = await open_taught()
    shop.ends.looks = 1_000
    await shop.launch()
    run_id = await shop.ask()
    trying = await until_state(shop, run_id, "trying")

    await shop.ends.stop(trying.trial_id, by=ADMIN, reason="admin")
    run = await shop.finish(run_id)

    assert (run.state, run.outcome) == ("succeeded", "stopped")


async def test_a_trainer_that_never_confirms_the_end_leaves_it_unknown(open_taught, endpoint, monkeypatch):
    shop = await open_taught()
    endpoint.status = {"state": "running"}
    run_id = await shop.ask()
    await shop.training.following.freeze(run_id)
    await shop.training.following.submit(run_id)
    await shop.training.runs.request_cancel(run_id, by=ADMIN)
    endpoint.mode = "status:busy"

    at_first = await shop.training.following.look(run_id)
    shop.now += GRACE
    later = await shop.training.following.look(run_id)

    run = await shop.run(run_id)
    assert (at_first, later, run.failure) == ("submitted", "unknown", "cancel_unconfirmed")


async def test_a_cancellation_before_the_trainer_heard_of_it_never_reaches_the_trainer(open_taught, endpoint):
    shop = await open_taught()
    run_id = await shop.ask()
    await shop.training.following.freeze(run_id)

    await shop.training.runs.request_cancel(run_id, by=ADMIN)
    state = await shop.training.following.submit(run_id)

    assert state == "cancelled"
    assert endpoint.jobs == {}


async def test_a_gate_that_breaks_on_our_side_ends_the_run_and_is_told(open_taught, monkeypatch):
    shop = await open_taught()

    async def broken(run_id):
        raise RuntimeError(json.dumps({"secret": run_id}))

    monkeypatch.setattr(shop.ends, "plan", broken)
    await shop.launch()

    run = await shop.finish(await shop.ask())

    assert run.state == "failed"
    (report,) = shop.reports()
    assert "Something went wrong on our side (reference" in report
    assert "secret" not in report


async def test_a_run_in_its_trial_blocks_the_next_one_for_as_long_as_a_trial_may_take(open_taught):
    shop = await open_taught()
    run_id = await shop.ask("command:1")
    async with shop.database.begin() as unit:
        await unit.runs.update(run_id, state="trying")

    shop.now += timedelta(days=20)
    joined = await shop.training.runs.ask(TEAM, trigger="command", key="command:2")
    shop.now += timedelta(days=20)
    started = await shop.training.runs.ask(TEAM, trigger="command", key="command:3")

    assert (joined.outcome, started.outcome) == ("joined", "started")


async def test_how_far_a_training_is_can_be_read(open_taught, endpoint):
    endpoint.status = {"state": "running", "progress": 0.5}
    shop = await open_taught()
    run_id = await shop.ask()
    await shop.training.following.freeze(run_id)
    await shop.training.following.submit(run_id)

    await shop.training.following.look(run_id)

    (line,) = await shop.training.runs.lines(TEAM)
    assert (line.state, line.is_under_way, line.cancelling) == ("running", True, False)
    assert await shop.training.runs.find_under_way(TEAM) == line
