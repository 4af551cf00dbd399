"""The story of what a correction teaches: plain patterns first, then the model, then the note in the thread."""

from typing import Final

from bot.runtime.durable import Retry, step
from bot.services import Services

_MODEL_RETRY: Final = Retry(tries=2, first_pause=1, longest_pause=5)


async def run_learn(correction_id: str, version: int, *, services: Services) -> None:
    """Learn from one version of a correction."""
    learning = services.learning
    await step("watch", services.scoring.quarantine.check, correction_id)
    await step("patterns", learning.learner.take, correction_id)
    await step("model", learning.learner.learn, correction_id, version, retry=_MODEL_RETRY)
    await step("tell", learning.notes.tell, correction_id, version)
