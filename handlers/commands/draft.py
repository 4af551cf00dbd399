"""`/draft <brief>`: a draft in this channel; without a brief, the modal."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.drafts.request import DraftRequest
from bot.services import Services
from bot.slack.plain import to_markdown
from handlers.commands.spec import SlashCommand
from handlers.payloads import SlashCommand as Command


async def on_draft(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Take the ask, or open the modal where it can be written."""
    command = Command.from_body(body, now=services.clock())
    if command.text:
        await services.drafts.ask(_request(command))
    else:
        await services.desk.open_new_draft(
            command.workspace_id, trigger_id=command.trigger_id or "", channel_id=command.channel_id
        )
    await ack()


def _request(command: Command) -> DraftRequest:
    return DraftRequest(
        workspace_id=command.workspace_id,
        channel_id=command.channel_id,
        requester_id=command.user_id,
        brief=to_markdown(command.text),
        source="command",
        request_key=command.event_id,
    )


COMMAND = SlashCommand(
    name="/draft",
    usage="what to write",
    description="Draft a text in this channel",
    listener=on_draft,
)
