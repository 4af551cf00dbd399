"""A training job fails, is lost, is paused, or says what nobody understands: admins hear it as it is, once, and may try again."""

from datetime import timedelta

import pytest

from handlers.workflows import pipeline
from storage.types import utc_now
from tests.factories import make_correction, make_draft, make_signal
from tests.fakes.fine_tuning_endpoint import KEY, running_fine_tuning
from tests.scenarios.house import open_house

ROWS = 24
A_DAY = timedelta(days=1)  # more than a training may take


def fail(endpoint):
    endpoint.end("failed", error={"code": "server_error", "message": "Nobody knows.", "param": None})


def lose(endpoint):
    endpoint.jobs.clear()


def pause(endpoint):
    endpoint.end("paused")


def puzzle(endpoint):
    endpoint.end("awaiting_the_moon")


@pytest.fixture
async def endpoint():
    async with running_fine_tuning() as serving:
        yield serving


@pytest.fixture
async def house(sqlite_url, tmp_path, endpoint, monkeypatch):
    monkeypatch.setattr(pipeline, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(pipeline, "LONGEST_PAUSE", 0.2)
    settings = {
        "trainer": "openai",
        "trainer_openai_base_url": endpoint.url,
        "trainer_openai_api_key": KEY,
        "trainer_openai_model": "gpt-small",
        "retrain_minimum_rows": 5,
    }
    async with open_house(sqlite_url, tmp_path, **settings) as opened:
        await taught(opened)
        await opened.chloe.command(opened.admins, "/draftloop", "attest confirm")
        yield opened


async def taught(house):
    """Drafts of last week that people rewrote."""
    lately = utc_now() - timedelta(days=7)
    async with house.services.database.begin() as unit:
        for number in range(ROWS):
            author, control = f"U{number}", f"reply:{number}"
            texts = {
                "text": f"Room {number} is open.",
                "original": f"Hi! Room {number} is open, hurray {number}!",
            }
            draft = await make_draft(
                unit,
                workspace_id=house.sandbox.team_id,
                channel_id=house.channel.id,
                brief=f"Say that room {number} is open",
                text=texts["original"],
                created_at=lately,
                posted_at=lately,
            )
            await make_correction(unit, draft, user_id=author, edit_distance=0.5, control=control, **texts)
            await make_signal(unit, draft, kind="correction", control=control, slot=control, value="", user_id=author)  # fmt: skip


async def latest_run(house):
    async with house.services.database.read() as unit:
        return (await unit.runs.of_workspace(house.sandbox.team_id, limit=1))[0]


async def in_state(house, *states):
    async def look():
        return (await latest_run(house)).state in states

    await house.eventually(look, True)


@pytest.mark.parametrize(
    ("goes_wrong", "state", "said"),
    [
        (fail, "failed", "*Retraining failed:* server_error."),
        (lose, "unknown", "*I do not know how the retraining ended:*"),
        (pause, "unknown", "the job is paused there, and nobody resumed it in time"),
        (puzzle, "unknown", "the trainer calls its state by a word that I do not know"),
    ],
)
async def test_admins_hear_how_it_ended_once_and_the_next_run_is_a_new_job(
    house, endpoint, goes_wrong, state, said
):
    await house.chloe.command(house.channel, "/draftloop", "retrain")
    await in_state(house, "submitted", "running")

    goes_wrong(endpoint)
    house.clock.jump_to(house.clock() + A_DAY)
    await in_state(house, state)
    (report,) = await house.until(lambda: house.sandbox.messages(house.admins))
    first = await latest_run(house)
    await house.chloe.command(house.channel, "/draftloop", "retrain")
    await in_state(house, "submitted", "running")

    assert said in report.text
    assert "`/draftloop retrain` tries again." in report.text
    assert (await latest_run(house)).submission_key != first.submission_key
    assert endpoint.calls.count("create") == 2
    async with house.services.database.read() as unit:
        releases = await unit.releases.of_workspace(house.sandbox.team_id)
    assert [release.number for release in releases] == [1]  # What the settings say; nothing came of the run.
