"""The story of a poll: asked in the channel, and closed when its time is over or enough people have voted."""

from bot.runtime.durable import Retry, step
from bot.services import Services

PATIENT = Retry(tries=12, first_pause=1, longest_pause=300)


async def run_rule_poll(poll_id: str, *, services: Services) -> None:
    """Ask the channel."""
    await step("post", services.learning.polls.post, poll_id, retry=PATIENT)


async def run_close_rule_poll(poll_id: str, *, services: Services) -> None:
    """Count the votes, let the rules follow, and tell the channel."""
    await step("close", services.learning.polls.close, poll_id)
    await step("settle", services.learning.polls.settle, poll_id)
    await step("show", services.learning.polls.show, poll_id, retry=PATIENT)
    await step("notes", services.learning.notes.follow_poll, poll_id)
