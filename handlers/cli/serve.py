"""`draftloop serve`: run the bot until it is told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator

import typer

from bot.settings import Settings
from handlers.cli.boundary import complete, open_services
from handlers.serving import RunningBot, keep_start_out_of_collections


def serve() -> None:
    """Run the bot: Socket Mode when SLACK_APP_TOKEN is set, else HTTP; stops on Ctrl-C or SIGTERM."""
    complete(_serve)


async def _serve(settings: Settings) -> None:
    stop = stop_signal()
    async with open_services(settings) as services, running(RunningBot(services)) as bot:
        way = "Socket Mode" if bot.by_socket else f"HTTP on {bot.url}/slack/events"
        typer.echo(
            f"Draftloop is running: {way}; health on {bot.url}/health/ready. Ctrl-C stops it.", err=True
        )
        keep_start_out_of_collections()
        await stop.wait()


@contextlib.asynccontextmanager
async def running(bot: RunningBot) -> AsyncIterator[RunningBot]:
    """Start a bot, and stop it whatever happens."""
    try:
        await bot.start()
        yield bot
    finally:
        await bot.stop()


def stop_signal() -> asyncio.Event:
    """Return what is set by Ctrl-C or SIGTERM, however often they come."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
