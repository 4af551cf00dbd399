"""The story of one correction: the revised text, with what changed, in the draft's thread."""

from typing import Final

from bot.errors import BotError
from bot.runtime.durable import Retry, sleep, step
from bot.services import Services

_MODEL_RETRY: Final = Retry(tries=3, first_pause=1, longest_pause=5)
_UNTIL_THE_TEXT_IS_THERE: Final = (1, 2, 4, 8, 16, 30)  # seconds between looks: a draft takes a model call


async def run_revise(correction_id: str, version: int, *, services: Services) -> None:
    """Revise a draft as a correction says, unless that version of the correction is history."""
    reviser = services.drafting.reviser
    try:
        await _text_is_there(correction_id, services=services)
        revision_id = await step("rewrite", reviser.rewrite, correction_id, version, retry=_MODEL_RETRY)
        if revision_id is not None:
            await step("show", reviser.show, correction_id, version, revision_id)
            # Whoever took it back while it was on its way finds it gone.
            await step("recheck", services.drafting.withdrawer.withdraw, correction_id)
            await step("sight", services.drafting.hiding.keep_text_hidden, revision_id)
    except BotError as error:
        await step("explain", reviser.explain, correction_id, version, error.sentence)


async def run_withdraw_revision(correction_id: str, _version: int, *, services: Services) -> None:
    """Take a revised text out of the thread, once its correction was taken back."""
    await step("withdraw", services.drafting.withdrawer.withdraw, correction_id)


async def _text_is_there(correction_id: str, *, services: Services) -> None:
    """Wait a while for a draft whose placeholder was answered; without its text there is nothing to revise."""
    for seconds in _UNTIL_THE_TEXT_IS_THERE:
        if await step("ready", services.drafting.reviser.is_ready, correction_id):
            return
        await sleep(seconds)
