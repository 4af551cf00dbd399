"""Starting and ending a run by hand: admins only, checked at the press, and an answer that says what happened."""

import asyncio
from types import SimpleNamespace

import pytest

from bot.slack.access import AdminNotKnown, Admins, NotAnAdmin
from bot.training.runs import NothingToCancel, NoTrainer
from bot.training.trainers.command import CommandTrainer
from handlers.actions.releases import on_release_retrain
from handlers.commands import retrain
from tests.factories import make_workspace
from tests.integration.training.conftest import ADMIN, TEAM
from tests.integration.training.test_commands import type_command

BUTTONS = ("release_retrain", "release_cancel_run")


@pytest.fixture
async def shop(open_shop, tmp_path):
    shop = open_shop(CommandTrainer(["true"], data_dir=tmp_path, timeout_seconds=30))
    await shop.open()
    return shop


async def press(shop, person, action_id, *, at="1.0"):
    """A press of a button in the list of releases; return whether it was acknowledged."""
    acked = asyncio.Event()

    async def ack():
        acked.set()

    body = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": person.user_id, "team_id": TEAM},
        "trigger_id": f"{at}.{action_id}",
        "view": {"id": "V0LIST", "hash": "h", "private_metadata": "", "type": "modal", "callback_id": "x"},
        "container": {"type": "view", "view_id": "V0LIST"},
        "actions": [
            {"action_id": action_id, "block_id": "b", "type": "button", "value": "x", "action_ts": at}
        ],
    }
    services = SimpleNamespace(admins=shop.admins, training=shop.training, releases=shop.releases)
    await on_release_retrain(ack, body, services=services)
    return acked.is_set()


async def cancelled(shop):
    return [run.cancel_requested_at is not None for run in await shop.runs()]


async def test_a_run_is_started_joined_and_known_and_the_answer_says_which(shop):
    answers = [
        await shop.training.desk.start(TEAM, user_id=ADMIN, key=key)
        for key in ("press:1", "press:2", "press:1")
    ]

    (run,) = await shop.runs()
    assert (run.trigger, run.requested_by, run.key) == ("command", ADMIN, "press:1")
    assert "freezing a dataset" in answers[0]
    assert "under way already" in answers[1]
    assert answers[1] == answers[2]


async def test_where_runs_wait_for_one_another_the_answer_says_so(open_shop, tmp_path):
    trainer = CommandTrainer(["true"], data_dir=tmp_path, timeout_seconds=30)
    shop = open_shop(trainer, retrain_second="queue")
    await shop.open()
    await shop.training.desk.start(TEAM, user_id=ADMIN, key="press:1")

    told = await shop.training.desk.start(TEAM, user_id=ADMIN, key="press:2")

    assert "yours begins when that one has ended" in told
    assert sorted(run.state for run in await shop.runs()) == ["asked", "queued"]


async def test_a_run_is_asked_to_end_and_asking_twice_is_one_request(shop):
    await shop.training.desk.start(TEAM, user_id=ADMIN, key="press:1")

    answers = [await shop.training.desk.cancel(TEAM, user_id=ADMIN) for _ in range(2)]

    assert answers == ["The run is being cancelled. You will hear once it has ended."] * 2
    assert await cancelled(shop) == [True]
    async with shop.database.read() as unit:
        actions = [(one.action, one.actor_id) for one in await unit.audit.of_workspace(TEAM)]
    assert actions.count(("training.cancel_requested", ADMIN)) == 1


async def test_where_nothing_is_under_way_there_is_nothing_to_cancel(shop):
    with pytest.raises(NothingToCancel):
        await shop.training.desk.cancel(TEAM, user_id=ADMIN)


async def test_another_workspaces_run_is_not_cancelled(shop):
    async with shop.database.begin() as unit:
        await make_workspace(unit, "T0OTHER")
    await shop.training.desk.start(TEAM, user_id=ADMIN, key="press:1")

    with pytest.raises(NothingToCancel):
        await shop.training.desk.cancel("T0OTHER", user_id=ADMIN)

    assert await cancelled(shop) == [False]


async def test_without_a_trainer_the_desk_says_what_to_set(open_shop):
    shop = open_shop(None)
    await shop.open()

    with pytest.raises(NoTrainer, match="DRAFTLOOP_TRAINER"):
        await shop.training.desk.start(TEAM, user_id=ADMIN, key="press:1")

    assert await shop.runs() == []


async def test_an_admin_starts_and_cancels_with_the_buttons_of_the_list(shop, ana):
    acked = [await press(shop, ana, action_id) for action_id in BUTTONS]

    assert acked == [True, True]
    assert await cancelled(shop) == [True]
    assert [run.requested_by for run in await shop.runs()] == [ana.user_id]


async def test_a_button_that_slack_sends_twice_starts_one_run(shop, ana):
    for _ in range(2):
        await press(shop, ana, "release_retrain")

    assert len(await shop.runs()) == 1


async def test_a_member_neither_starts_nor_cancels(shop, sandbox):
    bob = sandbox.add_person("Bob")
    await shop.training.desk.start(TEAM, user_id=ADMIN, key="press:1")

    for action_id in BUTTONS:
        with pytest.raises(NotAnAdmin):
            await press(shop, bob, action_id)
    with pytest.raises(NotAnAdmin):
        await type_command(shop, bob, "retrain cancel", listener=retrain.on_retrain)

    assert await cancelled(shop) == [False]


async def test_when_slack_is_slow_to_say_who_is_an_admin_nothing_starts_or_ends(shop, ana, sandbox):
    shop.admins = Admins(shop.messenger, deadline_seconds=0.1)
    await shop.training.desk.start(TEAM, user_id=ADMIN, key="press:1")

    for action_id in BUTTONS:
        sandbox.inject("users.info", "delay", seconds=1)
        with pytest.raises(AdminNotKnown):
            await press(shop, ana, action_id)

    assert await cancelled(shop) == [False]


async def test_the_command_cancels_for_an_admin_and_says_when_there_is_nothing(shop, ana):
    with pytest.raises(NothingToCancel):
        await type_command(shop, ana, "retrain cancel", listener=retrain.on_retrain)
    await shop.training.desk.start(TEAM, user_id=ADMIN, key="press:1")

    told = await type_command(shop, ana, "retrain cancel", listener=retrain.on_retrain)

    assert told.startswith("The run is being cancelled.")
    assert await cancelled(shop) == [True]
