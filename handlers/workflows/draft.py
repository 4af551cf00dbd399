"""The story of one draft: placeholder, conversation, text, post; or what went wrong, with *Retry*."""

from typing import Final

from bot.errors import BotError
from bot.runtime.durable import Retry, step
from bot.services import Services

# A person waits: three tries with our own deadline each, then they get the choice.
_MODEL_RETRY: Final = Retry(tries=3, first_pause=1, longest_pause=5)


async def run_draft(draft_id: str, attempt: int, *, services: Services) -> None:
    """Write a draft and show it."""
    publisher, generator = services.publisher, services.generator
    try:
        await step("placeholder", publisher.show_placeholder, draft_id, attempt)
        await step("thread", generator.take_thread, draft_id)
        await step("generate", generator.generate, draft_id, retry=_MODEL_RETRY)
        await step("show", publisher.show, draft_id)
    except BotError as error:
        await step("explain", publisher.explain, draft_id, attempt, error.code, error.sentence)
