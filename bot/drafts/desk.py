"""Where people come to ask: opens the modal, and answers asks from messages that cannot be written about."""

from bot.drafts.request import Asked, BriefMissing, BriefTooLong, DraftRequest, Drafts
from bot.slack.blocks.new_draft import new_draft_modal
from bot.slack.messenger import Messenger
from bot.team.asking import AskerNotKnown, NotAsked


class Desk:
    """Talks with people before there is a draft."""

    def __init__(self, drafts: Drafts, *, messenger: Messenger) -> None:
        self._drafts = drafts
        self._messenger = messenger

    async def open_new_draft(self, workspace_id: str, *, trigger_id: str, channel_id: str | None) -> None:
        """Open the modal *New draft*, with the channel's own task chosen."""
        task = await self._drafts.default_task(workspace_id, channel_id=channel_id)
        tasks = [(each.name, each.title) for each in await self._drafts.tasks(workspace_id)]
        view = new_draft_modal(tasks, task=task, channel_id=channel_id)
        await self._messenger.open_view(workspace_id, trigger_id=trigger_id, view=view)

    async def take_mention(self, request: DraftRequest) -> Asked | None:
        """Take an ask from a message; one without a usable brief gets a note only its author sees."""
        try:
            return await self._drafts.ask(request)
        except (BriefMissing, BriefTooLong, NotAsked, AskerNotKnown) as error:
            problem = error.sentence
        await self._messenger.ephemeral(
            request.workspace_id,
            channel_id=request.channel_id,
            user_id=request.requester_id,
            text=problem,
            thread_ts=request.thread_ts,
        )
        return None
