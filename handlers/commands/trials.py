"""`/draftloop trials`: new releases on trial, and how earlier trials ended."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services import Services
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand


async def on_trials(body: dict[str, Any], ack: AsyncAck, *, services: Services) -> None:
    """Open the trials first: the trigger expires within seconds."""
    call = SlashCommand.from_body(body, now=services.clock())
    await services.releases.desk.open_trials(
        call.workspace_id, user_id=call.user_id, trigger_id=call.trigger_id or ""
    )
    await ack()


SUBCOMMAND = Subcommand(
    name="trials",
    usage="trials",
    description="New versions on trial, and how earlier trials ended (admins stop one)",
    listener=on_trials,
)
