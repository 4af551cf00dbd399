"""Another release writes: told once in the channels that it concerns."""

from typing import Final

from bot.runtime.durable import Retry, step
from bot.services import Services

PATIENT: Final = Retry(tries=24, first_pause=1, longest_pause=600)


async def run_release_news(entry_id: str, *, services: Services) -> None:
    """Tell the channels and the admins."""
    await step("tell", services.releases.changes.tell, entry_id, retry=PATIENT)
