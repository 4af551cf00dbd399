"""Requests for other phrasings of some lines."""

from sqlalchemy import select

from storage.models import PhrasingRequest
from storage.repositories.base import Repository


class Phrasings(Repository):
    """Who wants to see other phrasings of which lines, what was offered, and what became of it."""

    async def add(self, request: PhrasingRequest) -> bool:
        """Keep a new request; False if the same submission (`request_key`) has asked already."""
        return await self._add_if_new(request)

    async def find(self, request_id: str, *, workspace_id: str | None = None) -> PhrasingRequest | None:
        """Return the request, if there is one; with `workspace_id`, only if it is that workspace's."""
        request = await self._session.get(PhrasingRequest, request_id)
        return None if request is None or workspace_id not in {None, request.workspace_id} else request

    async def of_draft(self, draft_id: str) -> list[PhrasingRequest]:
        """Return the requests about lines of a draft, oldest first."""
        about = select(PhrasingRequest).where(PhrasingRequest.draft_id == draft_id)
        return list(
            await self._session.scalars(about.order_by(PhrasingRequest.created_at, PhrasingRequest.id))
        )

    async def lock(self, request_id: str) -> PhrasingRequest | None:
        """Return the request as it is now; nobody else changes it until this transaction ends."""
        locked = select(PhrasingRequest).where(PhrasingRequest.id == request_id).with_for_update()
        found: PhrasingRequest | None = await self._session.scalar(
            locked.execution_options(populate_existing=True)
        )
        return found
