"""The bot is killed at every step of a pipeline: the run goes on where it was, and nothing happens twice."""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.runtime.durable import Durable
from bot.sandbox import Sandbox
from storage.engine import Database
from storage.keyring import Keyring
from storage.models import TrainingRun
from tests.conftest import TEST_KEY
from tests.crash.processes import ROOT
from tests.crash.truth import keys_of
from tests.factories import NOW, make_correction, make_draft, make_signal, make_workspace
from tests.fakes.trainer_endpoint import SECRET, running_endpoint

pytestmark = pytest.mark.crash
TEAM = "T0SANDBOX"
WITHIN = 240  # seconds for all lives together; a quiet machine needs a fifth
ONCE = ("training.trained", "training.succeeded", "gate.passed", "release.promoted")
KINDS = {
    "freeze",
    "submit #",
    "look #",
    "clean",
    "challenger",
    "gate",
    "gate #",
    "gate decision",
    "trial #",
    "advance #",
    "wait #",
    "promote",
    "finish",
    "report",
    "clean again",
    "next",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def database(database_url):
    database = Database.connect(database_url, keyring=Keyring([TEST_KEY]))
    yield database
    await database.close()


async def make_a_run(database, *, admins):
    """Something to learn from, a live release, and a run that was asked for."""
    async with database.begin() as unit:
        workspace = await make_workspace(unit, TEAM, admin_channel_id=admins)
        workspace.attested_at, workspace.attested_by = NOW, "UADMIN"
        for number in range(3):
            draft = await make_draft(unit, workspace_id=TEAM, brief=f"Brief {number}", text=f"Draft {number}")
            control = f"reply:{number}"
            rewrite = {"control": control, "text": f"Better {number}", "original": f"Draft {number}"}
            await make_correction(unit, draft, user_id=f"U{number}", **rewrite)
            await make_signal(unit, draft, kind="correction", control=control, value="", user_id=f"U{number}")
    return await ask_for_a_run(database)


async def ask_for_a_run(database):
    durable = Durable(database, executor_id="asker")
    await durable.ensure_tables()
    async with database.begin() as unit:
        run = await unit.runs.add(
            TrainingRun(
                workspace_id=TEAM,
                key="command:1",
                trigger="command",
                requested_by="UADMIN",
                trainer="webhook",
                task="",
                state="asked",
                submission_key="draftloop-1",
                result={},
                created_at=NOW,
            )
        )
        await durable.enqueue(unit, "pipeline", run.id, workflow_id=f"pipeline:{run.id}", queue="training")
    await durable.close()
    return run.id


async def live_through(config, folder: Path) -> int:
    """Run one life after the other; return how many there were."""
    path = folder / "lives.json"
    path.write_text(json.dumps(config))
    with (folder / "lives.log").open("wb") as log:
        argv = (sys.executable, "-m", "tests.crash.pipeline_lives", str(path))
        process = await asyncio.create_subprocess_exec(
            *argv, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=log
        )
        try:
            printed, _ = await asyncio.wait_for(process.communicate(), WITHIN)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    return int(printed or 0)


async def test_killed_at_every_step_a_run_comes_to_its_end_and_nothing_happens_twice(
    database, database_url, tmp_path
):
    async with Sandbox() as slack, running_endpoint() as endpoint:
        endpoint.status = {"state": "succeeded", "result": {"model": "better"}}
        admins = slack.add_channel("admins", members=[slack.add_person("Ana", admin=True)])
        run_id = await make_a_run(database, admins=admins.id)
        deaths = tmp_path / "deaths"
        config = {
            "database_url": database_url,
            "slack_url": slack.api_url,
            "slack_token": slack.bot_token,
            "admins": admins.id,
            "trainer_url": endpoint.url,
            "trainer_secret": SECRET,
            "deaths": str(deaths),
            "run_id": run_id,
        }

        lives = await live_through(config, tmp_path)

        assert lives, (tmp_path / "lives.log").read_text()[-4_000:]
        died = deaths.read_text().splitlines()
        assert Counter(died) == {
            f"{kind}: {when}": 1 for kind in KINDS for when in ("done, not noted", "noted")
        }
        assert lives == len(died) + 1
        async with database.read() as unit:
            run = await unit.runs.get(run_id)
            releases = await unit.releases.of_workspace(TEAM)
            trials = await unit.trials.of_workspace(TEAM)
            versions = (await unit.datasets.latest(TEAM)).number
            (seat,) = await unit.releases.seats(TEAM)
            actions = Counter(entry.action for entry in await unit.audit.of_workspace(TEAM))
        assert (run.state, run.outcome) == ("succeeded", "promoted")
        assert (len(releases), len(trials), versions, seat.version) == (2, 1, 1, 2)
        assert run.cleaned_at is not None
        assert len(endpoint.jobs) == 1
        assert {actions[action] for action in ONCE} == {1}
        assert keys_of(slack.messages(admins)) == {f"retrain:{run_id}:report": 1}
