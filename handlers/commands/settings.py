"""`/draftloop settings`: the hub, and what opens behind each of its doors.

A new part of the settings is a file with a `SettingsSection` and one line in `SECTIONS`.
"""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.services import Services
from bot.slack.blocks.settings import HubDoor
from handlers.commands.settings_api import API_ACCESS
from handlers.commands.settings_forms import CHANNEL, EMOJI, TASKS, WORKSPACE
from handlers.commands.settings_recurring import RECURRING
from handlers.commands.spec import SettingsSection, Subcommand
from handlers.payloads import ButtonPress, SlashCommand

SECTIONS: tuple[SettingsSection, ...] = (
    CHANNEL,
    WORKSPACE,
    TASKS,
    EMOJI,
    API_ACCESS,
    RECURRING,
)


async def on_settings(body: dict[str, Any], ack: AsyncAck, *, services: Services) -> None:
    """Open the hub first: its trigger expires within seconds."""
    call = SlashCommand.from_body(body, now=services.clock())
    await services.settings_hub.open(
        call.workspace_id,
        user_id=call.user_id,
        trigger_id=call.trigger_id or "",
        channel_id=call.channel_id,
    )
    await ack()


async def on_section(
    ack: AsyncAck, body: dict[str, Any], *, section: SettingsSection, services: Services
) -> None:
    """Open what is behind a door; whether somebody is an admin is asked now."""
    press = ButtonPress.from_body(body)
    if section.for_admins:
        await services.admins.require(press.workspace_id, user_id=press.user_id)
    await section.open(press, services=services)
    await ack()


def register(app: AsyncApp, *, services: Services) -> None:
    """Put every door of the hub on the app."""
    services.settings_hub.offer(
        [HubDoor(one.action_id, one.label, one.description, one.for_admins) for one in SECTIONS]
    )
    for section in SECTIONS:
        app.action(section.action_id)(partial(on_section, section=section, services=services))


SUBCOMMAND = Subcommand(
    name="settings",
    usage="settings",
    description="What holds in this channel and workspace (admins change it)",
    listener=on_settings,
)
