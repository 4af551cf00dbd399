"""Asks: how often people are asked for feedback."""

from datetime import date

from sqlalchemy import update

from storage.models import Ask
from storage.repositories.base import Repository


class Asks(Repository):
    """The budget of requests for feedback."""

    async def try_ask(
        self, workspace_id: str, *, user_id: str, draft_id: str, day: date, limit: int = 2
    ) -> bool:
        """Take one of the person's `limit` requests of their local day; nobody is asked twice for one draft.

        The unique places of a day make this safe with any number of replicas.
        """
        for place in range(1, limit + 1):
            ask = Ask(workspace_id=workspace_id, user_id=user_id, draft_id=draft_id, day=day, place=place)
            if await self._add_if_new(ask):
                return True
        return False

    async def answer(self, workspace_id: str, *, user_id: str, draft_id: str, answer: str) -> None:
        """Note what became of a request: `answered`, `not_now` or `stopped`."""
        asked = (Ask.workspace_id == workspace_id, Ask.user_id == user_id, Ask.draft_id == draft_id)
        await self._session.execute(update(Ask).where(*asked).values(answer=answer))
