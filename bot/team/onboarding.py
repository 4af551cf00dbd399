"""Says hello when the bot comes into a channel, once per channel, however often it is invited again."""

from collections.abc import Callable
from datetime import datetime

from bot.logs import get_logger
from bot.runtime.durable import BACKGROUND, Durable
from bot.slack.blocks.onboarding import greeting
from bot.slack.messenger import Messenger, SlackRefused
from bot.team.policy import Policy
from storage.engine import Database

log = get_logger(__name__)


class Onboarding:
    """Greets channels; every method may run twice."""

    def __init__(
        self,
        database: Database,
        *,
        durable: Durable,
        messenger: Messenger,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._durable = durable
        self._messenger = messenger
        self._clock = clock

    async def joined(self, workspace_id: str, *, channel_id: str) -> None:
        """Have a channel greeted that we have just come into; one where drafts were asked for knows us already."""
        if channel_id.startswith("D"):
            return  # Who writes to us directly needs no introduction.
        async with self._database.begin() as unit:
            channel = await unit.channels.lock(workspace_id, channel_id=channel_id)
            if channel.greeted_at is not None:
                return
            channel.greeted_at = self._clock()
            if await unit.drafts.recent(workspace_id, channel_id=channel_id, limit=1):
                return
            await self._durable.enqueue(
                unit,
                "greet",
                workspace_id,
                channel_id,
                workflow_id=f"greet:{workspace_id}:{channel_id}",
                queue=BACKGROUND,
            )

    async def greet(self, workspace_id: str, channel_id: str) -> None:
        """Say hello; a channel that we were taken out of meanwhile hears nothing."""
        async with self._database.read() as unit:
            workspace = await unit.workspaces.find(workspace_id)
            channel = await unit.channels.get(workspace_id, channel_id=channel_id)
        implicit = Policy.of(workspace.settings if workspace else None).implicit
        text, blocks = greeting(who_may_ask=channel.who_may_ask, implicit=implicit)
        key = f"greeting:{channel_id}"
        try:
            await self._messenger.post(workspace_id, channel_id=channel_id, text=text, blocks=blocks, key=key)
        except SlackRefused as error:
            log.info("greeting_refused", workspace=workspace_id, channel=channel_id, code=error.code)
