import asyncio
import threading

import pytest
from typer.testing import CliRunner

from bot.sandbox import SCOPES, App, Sandbox
from handlers.cli.main import app
from tests.conftest import TEST_KEY
from tests.fakes.model_endpoint import ModelEndpoint

NAMES = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "OPENAI_API_KEY", "DATABASE_URL")


@pytest.fixture
def environment(monkeypatch, tmp_path, sqlite_url):
    """A folder of its own, no setting but a database and its key."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("DRAFTLOOP_ENCRYPTION_KEYS", TEST_KEY)
    return monkeypatch


@pytest.fixture
def draftloop(environment):
    """Runs a command in this process: `draftloop("db", "check")`."""

    def run(*words):
        return CliRunner().invoke(app, list(words), catch_exceptions=False)

    return run


@pytest.fixture
def granted_scopes():
    """What the app may do; a test may narrow it."""
    return SCOPES


@pytest.fixture
def slack_and_model(environment, granted_scopes):
    """A Slack and a model on a loop of their own, with the settings that reach them."""
    with asyncio.Runner() as runner:
        sandbox, endpoint = Sandbox(app=App(scopes=granted_scopes)), ModelEndpoint()
        loop = runner.get_loop()

        async def start():
            await sandbox.start()
            await endpoint.__aenter__()

        runner.run(start())
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        environment.setenv("SLACK_API_URL", sandbox.api_url)
        environment.setenv("SLACK_BOT_TOKEN", sandbox.bot_token)
        environment.setenv("SLACK_APP_TOKEN", sandbox.app_token)
        environment.setenv("OPENAI_BASE_URL", endpoint.url)
        yield sandbox
        loop.call_soon_threadsafe(loop.stop)
        thread.join()

        async def stop():
            await endpoint.__aexit__(None, None, None)
            await sandbox.stop()

        runner.run(stop())
