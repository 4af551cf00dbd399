"""The bot came into a channel: it says hello."""

from bot.runtime.durable import step
from bot.services import Services


async def run_greet(workspace_id: str, channel_id: str, *, services: Services) -> None:
    """Greet a channel."""
    await step("greet", services.onboarding.greet, workspace_id, channel_id)
