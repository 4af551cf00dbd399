"""`/draftloop help`: what this person may do here, from the registries."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services import Services
from bot.slack.access import AdminNotKnown
from bot.slack.blocks.commands import CommandLine, HelpCard, build_commands, build_commands_text
from bot.team.asking import AskerNotKnown, NotAsked
from handlers import commands
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand

ADMIN_UNKNOWN: Final = (
    "Slack did not tell me in time whether you are an admin; admins can do more. Ask again in a moment."
)
ASKING_COMMANDS: Final = frozenset({"/draft", "every"})


@dataclass(frozen=True)
class Reach:
    """What somebody may do: `refusal` says who may ask here instead, `unknown` what Slack did not tell in time."""

    is_admin: bool = False
    refusal: str | None = None
    unknown: tuple[str, ...] = ()


async def on_help(body: dict[str, object], ack: AsyncAck, *, services: Services) -> None:
    """Answer `/draftloop help`, for the person who asked only."""
    card = build_help(await _reach(SlashCommand.from_body(body, now=services.clock()), services))
    await ack(text=build_commands_text(card), blocks=build_commands(card), response_type="ephemeral")


async def _reach(call: SlashCommand, services: Services) -> Reach:
    """Ask Slack both questions at once; each has a deadline well before the answer is due."""
    reaches = await asyncio.gather(_as_admin(call, services), _as_asker(call, services))
    return Reach(
        is_admin=reaches[0].is_admin,
        refusal=reaches[1].refusal,
        unknown=reaches[1].unknown or reaches[0].unknown,  # One such note is enough.
    )


async def _as_admin(call: SlashCommand, services: Services) -> Reach:
    try:
        return Reach(is_admin=await services.admins.knows(call.workspace_id, user_id=call.user_id))
    except AdminNotKnown:
        return Reach(unknown=(ADMIN_UNKNOWN,))


async def _as_asker(call: SlashCommand, services: Services) -> Reach:
    try:
        await services.asking.require(call.workspace_id, channel_id=call.channel_id, user_id=call.user_id)
    except NotAsked as refused:
        return Reach(refusal=refused.sentence)
    except AskerNotKnown:
        return Reach(unknown=(ADMIN_UNKNOWN,))
    return Reach()


def build_help(reach: Reach) -> HelpCard:
    """Build what somebody may do: a line for every command that they may use."""
    refusal = (reach.refusal,) if reach.refusal else ()
    return HelpCard(_lines(reach), may_ask=not refusal, notes=(*refusal, *reach.unknown))


def _lines(reach: Reach) -> Sequence[CommandLine]:
    slash = [
        CommandLine(f"{command.name} {command.usage}", command.description)
        for command in commands.COMMANDS
        if command.name != "/draftloop" and _may(command.name, reach)
    ]
    words = [
        CommandLine(f"/draftloop {word.usage}", word.description, for_admins=word.for_admins)
        for word in commands.draftloop.SUBCOMMANDS
        if _may(word.name, reach) and (reach.is_admin or not word.for_admins)
    ]
    return slash + words


def _may(name: str, reach: Reach) -> bool:
    return reach.refusal is None or name not in ASKING_COMMANDS


SUBCOMMAND = Subcommand(name="help", usage="help", description="This list", listener=on_help)
