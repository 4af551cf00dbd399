"""`/draftloop rules [words | #channel | task | proposed | retired]`: what was learned, and what to do about it."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services import Services
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand


async def on_rules(body: dict[str, Any], ack: AsyncAck, *, services: Services) -> None:
    """Open the list first: its trigger expires within seconds."""
    call = SlashCommand.from_body(body, now=services.clock())
    await services.rulebook.open(
        call.workspace_id,
        user_id=call.user_id,
        trigger_id=call.trigger_id or "",
        channel_id=call.channel_id,
        text=call.text.partition(" ")[2],
    )
    await ack()


SUBCOMMAND = Subcommand(
    name="rules",
    usage="rules [words | #channel | task | proposed | retired]",
    description="What I learned: search the rules, see what each changed, propose one (admins decide)",
    listener=on_rules,
)
