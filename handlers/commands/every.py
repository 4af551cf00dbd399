"""`/draftloop every friday 15:00 <brief>`, `every list`, `every pause | resume | delete <number>`."""

from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.drafts.recurring import Deed, RecurringOrder
from bot.services import Services
from bot.slack.blocks.recurring import added_text, changed_text, list_blocks, list_text
from bot.slack.plain import to_markdown
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand

_DEEDS: Final[dict[str, Deed]] = {
    "pause": "pause",
    "stop": "pause",
    "resume": "resume",
    "start": "resume",
    "delete": "delete",
    "remove": "delete",
}


async def on_every(body: dict[str, object], ack: AsyncAck, *, services: Services) -> None:
    """Set up, list or change recurring briefs; only the person who typed sees the answer."""
    call = SlashCommand.from_body(body, now=services.clock())
    words = call.text[len("every") :].strip()
    first, *rest = words.lower().split() or ["list"]
    if first == "list":
        await ack(response_type="ephemeral", **await _list(call, services))
    elif first in _DEEDS and len(rest) < 2:
        await ack(response_type="ephemeral", text=await _change(call, _DEEDS[first], "".join(rest), services))
    else:
        await ack(response_type="ephemeral", text=await _add(call, words, services))


async def _list(call: SlashCommand, services: Services) -> dict[str, Any]:
    page = await services.recurring.page(
        call.workspace_id, channel_id=call.channel_id, reader_id=call.user_id
    )
    return {"text": list_text(page), "blocks": list_blocks(page)}


async def _change(call: SlashCommand, deed: Deed, number: str, services: Services) -> str:
    brief_id = await services.recurring.id_of(call.workspace_id, number=number)
    line = await services.recurring.change(
        call.workspace_id, brief_id=brief_id, deed=deed, user_id=call.user_id
    )
    return changed_text(line, deed=deed)


async def _add(call: SlashCommand, words: str, services: Services) -> str:
    order = RecurringOrder(
        workspace_id=call.workspace_id,
        channel_id=call.channel_id,
        creator_id=call.user_id,
        words=to_markdown(words),
        request_key=call.event_id,
    )
    return added_text(await services.recurring.add(order))


SUBCOMMAND = Subcommand(
    name="every",
    usage="every friday 15:00 <brief> | every list",
    description="Draft something here again and again, on weekdays and a time of your choice",
    listener=on_every,
)
