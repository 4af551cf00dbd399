"""Runs a command's coroutine with settings, logs and services, and turns errors into one sentence."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

import typer

from bot.errors import BotError, SettingsError
from bot.logs import configure_logs
from bot.services import Services, build_services
from bot.settings import Settings, load_settings
from storage.keyring import KeyringError
from storage.migrate import SchemaOutdated
from storage.types import utc_now

T = TypeVar("T")

BAD_SETTINGS = 2
FAILED = 1


def fail(sentence: str, *, status: int = FAILED) -> typer.Exit:
    """Print one sentence for the operator and return the exit to raise."""
    typer.echo(sentence, err=True)
    return typer.Exit(status)


def read_settings() -> Settings:
    """Read the settings; a wrong one ends the command with exit code 2."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise fail(error.sentence, status=BAD_SETTINGS) from None
    configure_logs(level=settings.log_level, output=settings.log_format)
    return settings


@asynccontextmanager
async def open_services(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Services]:
    """Build the services for one command and close them after it."""
    services = await build_services(settings, clock=clock)
    try:
        yield services
    finally:
        await services.close()


def run(work: Callable[[Services], Awaitable[T]]) -> T:
    """Run `work` with services on a loop of its own."""

    async def whole(settings: Settings) -> T:
        async with open_services(settings) as services:
            return await work(services)

    return complete(whole)


def complete(work: Callable[[Settings], Awaitable[T]]) -> T:
    """Run `work` with the settings; known errors end with their sentence."""
    settings = read_settings()
    try:
        return asyncio.run(_awaited(work(settings)))
    except SettingsError as error:
        raise fail(error.sentence, status=BAD_SETTINGS) from None
    except (BotError, KeyringError, SchemaOutdated) as error:
        raise fail(str(error)) from None
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        raise typer.Exit(130) from None


async def _awaited(work: Awaitable[T]) -> T:
    return await work
