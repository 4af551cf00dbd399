"""Asks: how often people are asked for feedback."""

from sqlalchemy import update

from storage.models import Ask
from storage.repositories.base import Repository


class Asks(Repository):
    """Requests for feedback; the ledger's tables count them (`LedgerTables.try_ask`)."""

    async def answer(self, workspace_id: str, *, user_id: str, draft_id: str, answer: str) -> None:
        """Note what became of a request: `answered`, `not_now` or `stopped`."""
        asked = (Ask.workspace_id == workspace_id, Ask.user_id == user_id, Ask.draft_id == draft_id)
        await self._session.execute(update(Ask).where(*asked).values(answer=answer))
