"""Somebody is asked to judge a verified draft."""

from bot.runtime.durable import step
from bot.services import Services


async def run_ask_anchor(draft_id: str, user_id: str, *, services: Services) -> None:
    """Put the question to the one who was chosen."""
    await step("ask", services.scoring.questions.post, draft_id, user_id)
