"""Reviewers are asked about a new draft; one who says *not now* is replaced once."""

from bot.feedback.reviewers import FIRST
from bot.runtime.durable import step
from bot.services import Services


async def run_ask_reviewers(draft_id: str, *, services: Services) -> None:
    """Choose whose turn it is, then ask them in the draft's thread."""
    if await step("choose", services.reviewers.choose, draft_id):
        await step("post", services.reviewers.post, draft_id, FIRST)


async def run_pass_review(draft_id: str, user_id: str, *, services: Services) -> None:
    """Choose who comes next, in place of somebody who has no time, and take their name off the request."""
    await step("pass on", services.reviewers.pass_on, draft_id, user_id)
    await step("show", services.reviewers.show, draft_id, FIRST)


async def run_ask_reviewer(draft_id: str, user_id: str, *, services: Services) -> None:
    """Ask the one who comes next."""
    await step("post", services.reviewers.post, draft_id, user_id)
