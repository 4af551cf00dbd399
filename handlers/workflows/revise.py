"""The story of one correction: the revised text, with what changed, in the draft's thread."""

from typing import Final

from bot.errors import BotError
from bot.runtime.durable import Retry, step
from bot.services import Services

_MODEL_RETRY: Final = Retry(tries=3, first_pause=1, longest_pause=5)


async def run_revise(correction_id: str, version: int, *, services: Services) -> None:
    """Revise a draft as a correction says, unless that version of the correction is history."""
    reviser = services.reviser
    try:
        revision_id = await step("rewrite", reviser.rewrite, correction_id, version, retry=_MODEL_RETRY)
        if revision_id is not None:
            await step("show", reviser.show, correction_id, version, revision_id)
    except BotError as error:
        await step("explain", reviser.explain, correction_id, version, error.sentence)
