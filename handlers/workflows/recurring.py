"""A recurring brief could not go on: somebody is told that it is paused."""

from bot.runtime.durable import step
from bot.services import Services


async def run_recurring_paused(brief_id: str, reason: str, day: str, *, services: Services) -> None:
    """Tell whom it concerns, once."""
    await step("tell", services.recurring_schedule.tell_paused, brief_id, reason, day)
