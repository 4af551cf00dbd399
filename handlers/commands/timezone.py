"""`/draftloop timezone Europe/Berlin`: the local time that digests and schedules go by."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services import Services
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand

_HOW = "Change it like this: `/draftloop timezone Europe/Berlin`."


async def on_timezone(body: dict[str, object], ack: AsyncAck, *, services: Services) -> None:
    """Say or set the workspace's time zone, for an admin."""
    call = SlashCommand.from_body(body, now=services.clock())
    await services.admins.require(call.workspace_id, user_id=call.user_id)
    name = call.text.partition(" ")[2].strip()
    timetable = services.timetable
    if not name:
        zone = await timetable.timezone(call.workspace_id)
        await ack(text=f"Digests and schedules go by {zone}. {_HOW}", response_type="ephemeral")
        return
    zone = await timetable.set_timezone(call.workspace_id, name=name, user_id=call.user_id)
    await ack(text=f"Digests and schedules go by {zone} now.", response_type="ephemeral")


SUBCOMMAND = Subcommand(
    name="timezone",
    usage="timezone Europe/Berlin",
    description="The local time that digests and schedules go by",
    listener=on_timezone,
    for_admins=True,
)
