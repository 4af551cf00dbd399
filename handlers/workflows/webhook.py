"""Tells one webhook what happened, batch after batch."""

from typing import Final

from bot.integrations.delivery import DONE, GIVEN_UP
from bot.runtime.durable import step
from bot.services import Services

_MOST_BATCHES: Final = 20


async def run_webhook(webhook_id: str, lease: int, *, services: Services) -> None:
    """Deliver until there is nothing more, or it does not work; a long backlog is told in several workflows."""
    delivery = services.integrations.delivery
    for _ in range(_MOST_BATCHES):
        lease = await step("deliver", delivery.deliver, webhook_id, lease)
        if lease == GIVEN_UP:
            await step("tell", delivery.tell_given_up, webhook_id)
        if lease in {DONE, GIVEN_UP}:
            return
    await step("release", delivery.release, webhook_id, lease)
