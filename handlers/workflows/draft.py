"""The story of one draft: placeholder, conversation, text, post; or what went wrong, with *Retry*."""

from functools import partial
from typing import Final

from bot.errors import BotError
from bot.runtime.durable import Retry, step
from bot.services import Services

# A person waits: three tries with our own deadline each, then they get the choice.
_MODEL_RETRY: Final = Retry(tries=3, first_pause=1, longest_pause=5)


async def run_draft(draft_id: str, attempt: int, *, services: Services) -> None:
    """Write a draft and show it."""
    publisher, generator = services.drafting.publisher, services.drafting.generator
    try:
        await step("placeholder", publisher.show_placeholder, draft_id, attempt)
        await step("thread", generator.take_thread, draft_id)
        await step("generate", generator.generate, draft_id, retry=_MODEL_RETRY)
        await step("show", publisher.show, draft_id)
    except BotError as error:
        await step("explain", publisher.explain, draft_id, attempt, error.code, error.sentence)
    else:
        await step("follow up", partial(_follow_up, services=services), draft_id)


async def _follow_up(draft_id: str, *, services: Services) -> None:
    """Do what follows a draft that stands: its reviewers are called, and a recurring one that came late says so."""
    await services.drafting.hiding.keep_hidden(draft_id)  # People may have flagged it while it was coming.
    await services.reviewers.call(draft_id)
    await services.recurring_schedule.tell_late(draft_id)
