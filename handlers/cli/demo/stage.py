"""The demo's stage: a Slack on localhost, a model and the real bot, wired together and stopped in order."""

import contextlib
import shlex
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from bot.errors import SettingsError
from bot.sandbox import App, Sandbox
from bot.sandbox.waiting import until_awaited
from bot.services import Services
from bot.settings import Settings, load_settings
from handlers.cli.boundary import open_services
from handlers.cli.demo import trainer
from handlers.cli.demo.clock import StoryClock
from handlers.cli.demo.folder import DemoFolder, DemoRefused, stale
from handlers.cli.demo.model import DemoModel
from handlers.cli.demo.sample_team import ADMINS_CHANNEL
from handlers.cli.manifest import build_manifest
from handlers.cli.serve import running
from handlers.serving import RunningBot
from storage.keyring import KeyringError
from storage.migrate import SchemaOutdated

NAME = "Draftloop"


@dataclass(frozen=True)
class Stage:
    """Everything that runs in a demo."""

    sandbox: Sandbox
    services: Services
    clock: StoryClock
    model: DemoModel

    async def heard(self, *, within: float) -> None:
        """Wait until the bot has acknowledged and handled every event.

        Raises:
            TimeoutError: it had not after `within` seconds.
        """
        await self.sandbox.settle(timeout=within)
        await until_awaited(self._all_handled, timeout=within, what="the bot to handle its events")

    async def _all_handled(self) -> bool:
        return not (await self.services.inbox.counts())["new"]


def build_app() -> App:
    """Return the app that Slack would make of our manifest."""
    return App.of_manifest(build_manifest(name=NAME))


@contextlib.asynccontextmanager
async def open_stage(
    sandbox: Sandbox,
    model: DemoModel,
    *,
    folder: DemoFolder,
    clock: StoryClock,
    more: Mapping[str, object] | None = None,
) -> AsyncIterator[Stage]:
    """Start the bot as `draftloop serve` does, on a sandbox that runs, and stop it at the end.

    Args:
        sandbox: the Slack, started, with the team in it.
        model: what writes.
        folder: where the bot keeps everything.
        clock: the bot's.
        more: settings that differ from the demo's usual ones.

    Raises:
        DemoRefused: the folder's database cannot be used.
    """
    async with contextlib.AsyncExitStack() as stack:
        settings = _settings(sandbox, model, folder, more=more or {})
        try:
            services = await stack.enter_async_context(open_services(settings, clock=clock))
        except (SchemaOutdated, KeyringError):
            raise stale(folder.path) from None
        await stack.enter_async_context(running(RunningBot(services)))
        yield Stage(sandbox, services, clock, model)


def _settings(
    sandbox: Sandbox, model: DemoModel, folder: DemoFolder, *, more: Mapping[str, object]
) -> Settings:
    usual: dict[str, object] = {
        "slack_bot_token": sandbox.bot_token,
        "slack_app_token": sandbox.app_token,
        "slack_api_url": sandbox.api_url,
        "database_url": folder.database_url,
        "http_port": 0,
        "admin_channel": sandbox.workspace.channel(ADMINS_CHANNEL).id,
        "trainer": "command",
        "trainer_command": shlex.join([sys.executable, trainer.__file__]),
        "retrain_minimum_rows": 2,
        "data_dir": folder.path,
        "encryption_keys": [],
    }
    try:
        return load_settings(_env_file=None, **{**usual, **model.settings, **more})
    except SettingsError as error:  # One of the environment's own.
        raise DemoRefused(error.sentence) from None
