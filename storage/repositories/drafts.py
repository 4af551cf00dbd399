"""Drafts with their revisions and messages."""

from sqlalchemy import func, select

from storage.models import Draft, DraftMessage, Revision
from storage.repositories.base import Repository, found


class Drafts(Repository):
    """What the bot was asked for, the texts it wrote, and the messages that show them."""

    async def add(self, draft: Draft) -> Draft:
        """Keep a new draft and return it; the same request (`request_key`) again returns the one there is."""
        if await self._add_if_new(draft):
            return draft
        same = select(Draft).where(
            Draft.workspace_id == draft.workspace_id, Draft.request_key == draft.request_key
        )
        return (await self._session.scalars(same)).one()

    async def find(self, draft_id: str, *, workspace_id: str | None = None) -> Draft | None:
        """Return the draft, if there is one; with `workspace_id`, only if it is that workspace's."""
        draft = await self._session.get(Draft, draft_id)
        return None if draft is None or workspace_id not in {None, draft.workspace_id} else draft

    async def get(self, draft_id: str, *, workspace_id: str | None = None) -> Draft:
        """Return the draft; with `workspace_id`, only if it is that workspace's.

        Raises:
            NotFound: there is none.
        """
        return found(await self.find(draft_id, workspace_id=workspace_id), "draft", draft_id)

    async def find_by_message(
        self, workspace_id: str, *, channel_id: str, ts: str
    ) -> tuple[Draft, DraftMessage] | None:
        """Return the draft that a Slack message shows, and the message."""
        message = await self._session.get(DraftMessage, (workspace_id, channel_id, ts))
        if message is None:
            return None
        return await self.get(message.draft_id), message

    async def lock(self, draft_id: str) -> Draft:
        """Return the draft as it is now; nobody else changes it or its ledger until this transaction ends.

        Raises:
            NotFound: there is none.
        """
        locked = select(Draft).where(Draft.id == draft_id).with_for_update()
        draft = await self._session.scalar(locked.execution_options(populate_existing=True))
        return found(draft, "draft", draft_id)

    async def add_message(self, message: DraftMessage) -> bool:
        """Note that a Slack message shows a draft; return False if that is known already."""
        return await self._add_if_new(message)

    async def messages_of(self, draft_id: str) -> list[DraftMessage]:
        """Return the messages that show the draft or its revisions, oldest first, parts in order."""
        shown = select(DraftMessage).where(DraftMessage.draft_id == draft_id)
        return list(await self._session.scalars(shown.order_by(DraftMessage.ts, DraftMessage.part)))

    async def add_revision(self, revision: Revision) -> Revision:
        """Keep a text with the draft's next number; a correction's revision is kept once, and returned as it is.

        Raises:
            NotFound: there is no such draft.
        """
        await self.lock(revision.draft_id)
        known = await self._revision_for(revision)
        if known is not None:
            return known
        last = select(func.max(Revision.number)).where(Revision.draft_id == revision.draft_id)
        revision.number = (await self._session.scalar(last) or 0) + 1
        self._session.add(revision)
        await self._session.flush()
        return revision

    async def _revision_for(self, revision: Revision) -> Revision | None:
        if revision.correction_id is None:
            return None
        same = select(Revision).where(
            Revision.draft_id == revision.draft_id, Revision.correction_id == revision.correction_id
        )
        return await self._session.scalar(same)

    async def revisions_of(self, draft_id: str) -> list[Revision]:
        """Return the draft's texts by number."""
        texts = select(Revision).where(Revision.draft_id == draft_id)
        return list(await self._session.scalars(texts.order_by(Revision.number)))

    async def revision(self, revision_id: str) -> Revision:
        """Return one text.

        Raises:
            NotFound: there is none.
        """
        return found(await self._session.get(Revision, revision_id), "revision", revision_id)

    async def recent(
        self, workspace_id: str, *, channel_id: str | None = None, limit: int = 20
    ) -> list[Draft]:
        """Return the workspace's (or channel's) latest posted drafts, newest first."""
        posted = select(Draft).where(Draft.workspace_id == workspace_id, Draft.posted_at.is_not(None))
        if channel_id is not None:
            posted = posted.where(Draft.channel_id == channel_id)
        return list(await self._session.scalars(posted.order_by(Draft.posted_at.desc()).limit(limit)))
