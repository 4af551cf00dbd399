"""The settings' page of recurring briefs: one's own, and for admins everybody's."""

from typing import Any

from bot.drafts.recurring import RecurringBriefs
from bot.slack.access import AdminNotKnown, Admins
from bot.slack.blocks.recurring import recurring_view
from bot.slack.messenger import Messenger


class RecurringSettings:
    """Opens the page on top of the settings, and shows it anew after a press."""

    def __init__(self, briefs: RecurringBriefs, *, admins: Admins, messenger: Messenger) -> None:
        self._briefs = briefs
        self._admins = admins
        self._messenger = messenger

    async def push(self, workspace_id: str, *, user_id: str, trigger_id: str) -> None:
        """Open the page."""
        view = await self._view(workspace_id, user_id=user_id, page=0)
        await self._messenger.push_view(workspace_id, trigger_id=trigger_id, view=view)

    async def show(self, workspace_id: str, *, user_id: str, view_id: str, page: int) -> None:
        """Show a page in the place of the one that is open."""
        view = await self._view(workspace_id, user_id=user_id, page=page)
        await self._messenger.update_view(workspace_id, view_id=view_id, view=view)

    async def _view(self, workspace_id: str, *, user_id: str, page: int) -> dict[str, Any]:
        if await self._is_admin(workspace_id, user_id):
            found = await self._briefs.page_of_everybody(workspace_id, reader_id=user_id, page=page)
            return recurring_view(found, everybody=True)
        found = await self._briefs.page(workspace_id, reader_id=user_id, page=page)
        return recurring_view(found, everybody=False)

    async def _is_admin(self, workspace_id: str, user_id: str) -> bool:
        """An admin whom Slack is too slow to name sees their own briefs; the press after it asks again."""
        try:
            return await self._admins.knows(workspace_id, user_id=user_id)
        except AdminNotKnown:
            return False
