"""`/draftloop retrain` and `attest` as listeners, with admins asked of a real Slack wire."""

import sys
from pathlib import Path

import pytest

from bot.slack.access import AdminNotKnown, Admins, NotAnAdmin
from bot.training.trainers.command import CommandTrainer
from handlers.commands import attest, retrain
from tests.integration.training.conftest import TEAM

SCRIPT = Path(__file__).parents[2] / "fakes" / "trainer_script.py"


class Ack:
    """Remembers what the person read."""

    def __init__(self):
        self.text = ""

    async def __call__(self, text, response_type):
        assert response_type == "ephemeral"
        self.text = text


async def type_command(shop, person, text, *, listener, trigger="1.2.3"):
    ack = Ack()
    body = {
        "team_id": TEAM,
        "user_id": person.user_id,
        "channel_id": "C0ANY",
        "command": "/draftloop",
        "text": text,
        "trigger_id": trigger,
    }
    await listener(body=body, ack=ack, services=shop)
    return ack.text


@pytest.fixture
async def shop(open_shop, tmp_path):
    trainer = CommandTrainer([sys.executable, str(SCRIPT), "succeed"], data_dir=tmp_path, timeout_seconds=30)
    shop = open_shop(trainer)
    await shop.open(attested=False)
    return shop


async def test_only_an_admin_may_attest_or_retrain(shop, sandbox):
    bob = sandbox.add_person("Bob")

    with pytest.raises(NotAnAdmin):
        await type_command(shop, bob, "attest confirm", listener=attest.on_attest)
    with pytest.raises(NotAnAdmin):
        await type_command(shop, bob, "retrain", listener=retrain.on_retrain)

    assert (await shop.workspace()).attested_at is None
    assert await shop.runs() == []


async def test_when_slack_is_slow_to_say_who_is_an_admin_the_command_says_so_and_does_nothing(shop, sandbox):
    ana = sandbox.add_person("Ana", admin=True)
    shop.admins = Admins(shop.messenger, deadline_seconds=0.1)
    sandbox.inject("users.info", "delay", seconds=1)

    with pytest.raises(AdminNotKnown):
        await type_command(shop, ana, "attest confirm", listener=attest.on_attest)

    assert (await shop.workspace()).attested_at is None


async def test_an_admin_reads_confirms_and_takes_back_the_attestation(shop, ana):
    answers = [
        await type_command(shop, ana, text, listener=attest.on_attest)
        for text in ("attest", "attest confirm", "attest CONFIRM ", "attest withdraw", "attest withdraw")
    ]

    assert "attest confirm" in answers[0]
    assert [answer.split(".")[0] for answer in answers[1:]] == [
        "Thank you",
        "It was confirmed before; nothing changed",
        "It is taken back",
        "Nobody had confirmed it; nothing changed",
    ]
    async with shop.database.read() as unit:
        audit = await unit.audit.of_workspace(TEAM)
    assert {entry.actor_id for entry in audit} == {ana.user_id}


async def test_an_admin_starts_a_run_and_the_next_one_joins_it(shop, ana):
    first = await type_command(shop, ana, "retrain", listener=retrain.on_retrain, trigger="1")
    second = await type_command(shop, ana, "retrain", listener=retrain.on_retrain, trigger="2")

    (run,) = await shop.runs()
    assert "freezing a dataset" in first
    assert "under way already" in second
    assert (run.key, run.trigger, run.requested_by) == ("command:1", "command", ana.user_id)
