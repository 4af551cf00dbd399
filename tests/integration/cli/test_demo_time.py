"""The page's time control over a real bot and its Slack."""

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.llm.scripted import MODEL, ScriptedEndpoint
from bot.sandbox import Sandbox
from handlers.cli.demo.clock import StoryClock
from handlers.cli.demo.folder import open_folder
from handlers.cli.demo.model import DemoModel
from handlers.cli.demo.sample_team import Team
from handlers.cli.demo.stage import build_app, open_stage
from handlers.cli.demo.time_control import DemoTime

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
PATIENCE = 20.0


@pytest.fixture
async def stage(tmp_path):
    clock, endpoint = StoryClock.begun_at(MONDAY), ScriptedEndpoint()
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(open_folder(tmp_path))
        sandbox = Sandbox(app=build_app(), clock=clock.timestamp)
        Team.of(sandbox, zone=BERLIN.key)
        await stack.enter_async_context(sandbox)
        model = DemoModel("scripted", MODEL, await endpoint.start())
        stack.push_async_callback(endpoint.close)
        opened = await stack.enter_async_context(open_stage(sandbox, model, folder=folder, clock=clock))
        await opened.services.timetable.set_timezone(sandbox.team_id, name=BERLIN.key, user_id="U1")
        yield opened


@pytest.fixture
async def jumps():
    return []


@pytest.fixture
async def time(stage, jumps):
    control = DemoTime(
        stage.services,
        workspace_id=stage.sandbox.team_id,
        clock=stage.clock,
        on_jump=lambda: jumps.append(stage.clock()),
    )
    await control.look(stage.clock())
    yield control
    await control.close()


async def ask(stage):
    team = Team.find(stage.sandbox)
    channel = team.channels["launch"]
    await team.people["Ana"].command(channel, "/draft", "Tell the team that the beta opens on Tuesday")
    await stage.sandbox.wait_for(lambda: "draft_vote" in str(channel.messages), timeout=PATIENCE)
    return channel


async def test_the_stops_are_the_digest_an_hour_and_tomorrow_morning_by_local_time(stage, time):
    digest, hour, morning = time.stops()

    assert digest.label == "Friday 15:00 (digest)"
    assert digest.at.astimezone(BERLIN) == datetime(2026, 11, 27, 15, 0, tzinfo=BERLIN)
    assert timedelta(minutes=59) < hour.at - time.now() <= timedelta(hours=1)
    assert morning.at.astimezone(BERLIN) == datetime(2026, 11, 24, 9, 0, tzinfo=BERLIN)


async def test_a_jump_brings_the_digest_of_a_draft_that_was_just_written(stage, time, jumps):
    channel = await ask(stage)

    time.jump(time.stops()[0].at)

    await stage.sandbox.wait_for(lambda: "week 48" in str(channel.messages), timeout=PATIENCE)
    assert len(jumps) == 1
    assert time.stops()[0].at.astimezone(BERLIN) == datetime(2026, 12, 4, 15, 0, tzinfo=BERLIN)


async def test_the_clock_never_runs_back(stage, time):
    time.jump(MONDAY + timedelta(days=2))
    time.jump(MONDAY)

    assert time.now() >= MONDAY + timedelta(days=2)


async def test_the_stop_follows_the_channels_own_digest_time(stage, time):
    channel = await ask(stage)
    await stage.services.timetable.set_digest(
        stage.sandbox.team_id, channel_id=channel.id, words="wednesday 10:00", user_id="U1"
    )

    await time.look(stage.clock())

    assert time.stops()[0].label == "Wednesday 10:00 (digest)"


def test_a_clock_that_was_kept_goes_on_ahead_and_not_before_what_happened():
    kept = StoryClock(ahead=timedelta(hours=5))
    turned_back = StoryClock(floor=kept() + timedelta(hours=1))

    assert turned_back() >= kept() + timedelta(minutes=59)
    assert turned_back.timestamp() == pytest.approx(turned_back().timestamp(), abs=1)
