"""`draftloop demo`: the whole loop against a Slack on localhost, told in the terminal. No Slack, no key."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import typer
from rich.console import Console

from bot.llm.scripted import MODEL, ScriptedEndpoint
from bot.logs import configure_logs
from bot.sandbox import Sandbox
from bot.services import build_services
from bot.settings import Settings
from handlers.cli import demo_trainer
from handlers.cli.story import Cast, Story, StoryClock
from handlers.cli.telling import Teller
from handlers.serving import RunningBot


def demo(
    folder: Path | None = typer.Option(
        None, help="Keep the demo's database and files here (default: thrown away)."
    ),
) -> None:
    """Play the loop: people ask, react and correct; the next draft, the stats, the digest and the dataset follow."""
    configure_logs(level="ERROR")
    with contextlib.ExitStack() as stack:
        home = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="draftloop-demo-")))
        home.mkdir(parents=True, exist_ok=True)
        asyncio.run(_demo(home, Teller(Console(highlight=False, soft_wrap=False))))


async def _demo(home: Path, teller: Teller) -> None:
    async with open_story(home, teller) as story:
        await story.play()


@contextlib.asynccontextmanager
async def open_story(home: Path, teller: Teller) -> AsyncIterator[Story]:
    """Start a Slack, a scripted model and the real bot; stop them at the end."""
    clock, endpoint = StoryClock(), ScriptedEndpoint()
    async with contextlib.AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox())
        cast = Cast.of(sandbox)
        base_url = await endpoint.start()
        stack.push_async_callback(endpoint.close)
        services = await build_services(_settings(sandbox, home, base_url, cast), clock=clock)
        stack.push_async_callback(services.close)
        bot = RunningBot(services)
        stack.push_async_callback(bot.stop)
        await bot.start()
        yield Story(sandbox, services, cast=cast, clock=clock, teller=teller)


def _settings(sandbox: Sandbox, home: Path, base_url: str, cast: Cast) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=sandbox.bot_token,
        slack_app_token=sandbox.app_token,
        slack_api_url=sandbox.api_url,
        openai_base_url=base_url,
        openai_api_key="scripted",
        openai_model=MODEL,
        database_url=f"sqlite:///{home / 'draftloop.db'}",
        http_port=0,
        admin_channel=cast.admins_channel.id,
        trainer="command",
        trainer_command=f"{sys.executable} {demo_trainer.__file__}",
        retrain_minimum_rows=2,
        data_dir=home,
        tick_seconds=0.2,
        encryption_keys=[],
    )
