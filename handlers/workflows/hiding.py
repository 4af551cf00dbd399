"""What follows flags, opt-outs, holds and changed policies: texts hidden or shown, and the past judged anew."""

from functools import partial

from bot.feedback.participation import EVERYBODY
from bot.runtime.durable import Retry, step
from bot.services import Services

PATIENT = Retry(tries=12, first_pause=1, longest_pause=300)


async def run_hide_draft(draft_id: str, *, services: Services) -> None:
    """Bring a draft's messages in line with whether it is hidden."""
    await step("settle", services.drafting.hiding.settle, draft_id, retry=PATIENT)


async def run_rejudge(workspace_id: str, user_id: str, *, services: Services) -> None:
    """Judge anew what a person, or everybody of other organisations, said, and what was learned from it."""
    await step("judge", services.participation.reconsider, workspace_id, user_id)
    if user_id != EVERYBODY:
        await step("texts", services.feedback.replies.renew, workspace_id, user_id)
        learner = services.learning.learner
        await step("learn", partial(learner.reconsider, workspace_id, user_id=user_id))


async def run_recount_flags(workspace_id: str, *, services: Services) -> None:
    """Hide and show what was flagged so far by the workspace's quorum of now."""
    await step("recount", services.participation.recount_flags, workspace_id)
