"""Slash commands, one file each; `COMMANDS` feeds Bolt, `/draftloop help` and the manifest."""

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.services import Services
from handlers.commands import settings
from handlers.commands.draft import COMMAND as DRAFT
from handlers.commands.draftloop import COMMAND as DRAFTLOOP
from handlers.commands.spec import SlashCommand

COMMANDS: tuple[SlashCommand, ...] = (DRAFT, DRAFTLOOP)


def register(app: AsyncApp, *, services: Services) -> None:
    """Put every slash command on the app."""
    for command in COMMANDS:
        app.command(command.name)(partial(command.listener, services=services))
    settings.register(app, services=services)
