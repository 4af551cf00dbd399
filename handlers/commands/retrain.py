"""`/draftloop retrain`: an admin asks for a training run now."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.services import Services
from handlers.commands.spec import Subcommand
from handlers.payloads import SlashCommand

_HOW = (
    "Type `/draftloop retrain` for a run now, `/draftloop retrain every 0 2 * * sun` for a schedule (five cron fields, "
    "local time), `/draftloop retrain every off` to take the schedule back, `/draftloop retrain cancel` to end the run under way."
)


async def on_retrain(body: dict[str, object], ack: AsyncAck, *, services: Services) -> None:
    """Start or end a run for an admin; whether they are one is asked now."""
    call = SlashCommand.from_body(body, now=services.clock())
    await services.admins.require(call.workspace_id, user_id=call.user_id)
    await ack(text=await _answer(call, services), response_type="ephemeral")


async def _answer(call: SlashCommand, services: Services) -> str:
    """Do what the words say; words that are not clear start nothing."""
    words = call.text.lower().split()[1:]
    if words[:1] == ["every"] and len(words) > 1:
        return await _plan(call, " ".join(words[1:]), services)
    desk = services.training.desk
    if words == ["cancel"]:
        return await desk.cancel(call.workspace_id, user_id=call.user_id)
    if words not in ([], ["now"]):
        return _HOW
    return await desk.start(call.workspace_id, user_id=call.user_id, key=call.event_id)


async def _plan(call: SlashCommand, when: str, services: Services) -> str:
    """Set the workspace's own schedule: five cron fields, or `off` for the operator's default."""
    cron = None if when == "off" else when
    slot = await services.timetable.set_retraining(call.workspace_id, cron=cron, user_id=call.user_id)
    if slot.local is None:
        return "This workspace has no schedule of its own any more; the operator's default holds, if there is one."
    return f"I will retrain by the clock, next on {slot.local} ({slot.timezone}), if there is something new to learn."


SUBCOMMAND = Subcommand(
    name="retrain",
    usage="retrain [cancel | every 0 2 * * sun | every off]",
    description="Train on what the team corrected, edited and approved",
    listener=on_retrain,
    for_admins=True,
)
