"""The story of one wish for other phrasings: written, shown to whoever asked; or what went wrong, with *Retry*."""

from typing import Final

from bot.errors import BotError
from bot.runtime.durable import Retry, step
from bot.services import Services

_MODEL_RETRY: Final = Retry(tries=3, first_pause=1, longest_pause=5)  # A person waits.


async def run_phrasing(request_id: str, attempt: int, *, services: Services) -> None:
    """Get two other phrasings of some lines and offer them."""
    phrasings = services.drafting.phrasings
    try:
        await step("write", phrasings.write, request_id, retry=_MODEL_RETRY)
        await step("offer", phrasings.offer, request_id)
    except BotError as error:
        await step("explain", phrasings.explain, request_id, attempt, error.sentence)
