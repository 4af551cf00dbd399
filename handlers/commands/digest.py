"""`/draftloop digest [friday 15:00 | on | off]`: when this channel gets its weekly digest."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.digests.timetable import Slot
from bot.services import Services
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand


async def on_digest(body: dict[str, object], ack: AsyncAck, *, services: Services) -> None:
    """Say when the digest comes, to anybody; change it for an admin."""
    call = SlashCommand.from_body(body, now=services.clock())
    where = {"channel_id": call.channel_id}
    words = call.text.partition(" ")[2].strip()
    if not words:
        slot = await services.timetable.slot(call.workspace_id, **where)
    else:
        await services.admins.require(call.workspace_id, user_id=call.user_id)
        slot = await services.timetable.set_digest(
            call.workspace_id, **where, words=words, user_id=call.user_id
        )
    await ack(text=build_slot(slot), response_type="ephemeral")


def build_slot(slot: Slot) -> str:
    """Build the sentence that says when the next digest comes."""
    if slot.local is None:
        return "This channel gets no digest. `/draftloop digest on` brings it back."
    return f"The next digest of this channel comes on {slot.local} ({slot.timezone}), if there is something to tell."


SUBCOMMAND = Subcommand(
    name="digest",
    usage="digest [friday 15:00 | on | off]",
    description="When this channel gets its weekly digest (admins set it)",
    listener=on_digest,
)
