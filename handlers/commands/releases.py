"""`/draftloop releases [r7 | r6 r7]`: what writes the drafts, what each release changed, and which one is live."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services import Services
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand


async def on_releases(body: dict[str, Any], ack: AsyncAck, *, services: Services) -> None:
    """Open the list, or one release's page, first: the trigger expires within seconds."""
    call = SlashCommand.from_body(body, now=services.clock())
    await services.releases.desk.open(
        call.workspace_id,
        user_id=call.user_id,
        trigger_id=call.trigger_id or "",
        words=call.text.partition(" ")[2],
    )
    await ack()


SUBCOMMAND = Subcommand(
    name="releases",
    usage="releases [r7 | r6 r7]",
    description="What writes the drafts: every release, how two differ, which is live (admins promote and roll back)",
    listener=on_releases,
)
