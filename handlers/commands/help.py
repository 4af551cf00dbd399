"""`/draftloop help`: every command with its usage, from the registries."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services import Services
from bot.slack.blocks.commands import CommandLine, build_commands, build_commands_text
from handlers import commands
from handlers.commands.spec import Subcommand


async def on_help(body: dict[str, object], ack: AsyncAck, *, services: Services) -> None:  # noqa: ARG001 - every subcommand has this signature
    """Answer `/draftloop help`, for the person who asked only."""
    lines = build_help()
    await ack(text=build_commands_text(lines), blocks=build_commands(lines), response_type="ephemeral")


def build_help() -> list[CommandLine]:
    """Build a line for every slash command and subcommand."""
    slash = [
        CommandLine(f"{command.name} {command.usage}", command.description)
        for command in commands.COMMANDS
        if command.name != "/draftloop"
    ]
    words = [
        CommandLine(f"/draftloop {word.usage}", word.description, for_admins=word.for_admins)
        for word in commands.draftloop.SUBCOMMANDS
    ]
    return slash + words


SUBCOMMAND = Subcommand(name="help", usage="help", description="This list", listener=on_help)
