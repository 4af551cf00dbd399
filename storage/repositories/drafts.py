"""Drafts with their revisions and messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Channel, Draft, DraftMessage, Revision, Signal
from storage.repositories.base import Repository, found

_TEXTS = 4  # The latest of a draft: what people would copy.


@dataclass(frozen=True)
class DraftText:
    """A text that a draft showed, and where."""

    draft_id: str
    channel_id: str
    message_ts: str
    thread_ts: str | None
    text: str


@dataclass(frozen=True)
class LeftAlone:
    """A draft that nobody said or did anything about."""

    draft_id: str
    channel_id: str
    message_ts: str
    requester_id: str
    posted_at: datetime


class Drafts(Repository):
    """What the bot was asked for, the texts it wrote, and the messages that show them."""

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self._locked: set[str] = set()  # by this transaction

    async def add(self, draft: Draft) -> Draft:
        """Keep a new draft and return it; the same request (`request_key`) again returns the one there is."""
        if await self._add_if_new(draft):
            return draft
        known = await self.find_by_request(draft.workspace_id, request_key=draft.request_key)
        return found(known, "draft", draft.request_key)

    async def find_by_request(self, workspace_id: str, *, request_key: str) -> Draft | None:
        """Return the draft that a request became, if it came before."""
        same = select(Draft).where(Draft.workspace_id == workspace_id, Draft.request_key == request_key)
        return await self._session.scalar(same)

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
        self._locked.add(draft_id)
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
        if revision.draft_id not in self._locked:
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

    async def of_external_id(self, workspace_id: str, *, external_id: str, limit: int) -> list[Draft]:
        """Return the drafts that a team's own system calls so, newest first."""
        own = select(Draft).where(Draft.workspace_id == workspace_id, Draft.external_id == external_id)
        newest = own.order_by(Draft.created_at.desc(), Draft.id)
        return list(await self._session.scalars(newest.limit(limit)))

    async def recent(
        self, workspace_id: str, *, channel_id: str | None = None, limit: int = 20
    ) -> list[Draft]:
        """Return the workspace's (or channel's) latest posted drafts, newest first."""
        posted = select(Draft).where(Draft.workspace_id == workspace_id, Draft.posted_at.is_not(None))
        if channel_id is not None:
            posted = posted.where(Draft.channel_id == channel_id)
        return list(await self._session.scalars(posted.order_by(Draft.posted_at.desc()).limit(limit)))

    async def latest_texts(
        self, workspace_id: str, *, channel_id: str, since: datetime, until: datetime, limit: int
    ) -> list[DraftText]:
        """Return texts that drafts showed in that time, newest first: of the channel, then of the workspace.

        At most `limit` drafts of each, with at most four texts a draft.
        """
        posted = (
            select(Draft.id)
            .where(Draft.workspace_id == workspace_id, Draft.posted_at >= since, Draft.posted_at <= until)
            .order_by(Draft.posted_at.desc())
            .limit(limit)
        )
        here = list(await self._session.scalars(posted.where(Draft.channel_id == channel_id)))
        anywhere = [one for one in await self._session.scalars(posted) if one not in set(here)]
        found = await self._texts([*here, *anywhere], until=until)
        return [text for draft_id in (*here, *anywhere) for text in found.get(draft_id, [])[:_TEXTS]]

    async def _texts(self, draft_ids: Sequence[str], *, until: datetime) -> dict[str, list[DraftText]]:
        shown = (
            select(Draft, Revision)
            .join(Revision, Revision.draft_id == Draft.id)
            .where(Draft.id.in_(draft_ids), Draft.message_ts.is_not(None), Revision.created_at <= until)
            .order_by(Revision.number.desc())
        )
        texts: dict[str, list[DraftText]] = {}
        for draft, revision in await self._session.execute(shown):
            text = DraftText(
                draft.id, draft.channel_id, draft.message_ts or "", draft.thread_ts, revision.text or ""
            )
            texts.setdefault(draft.id, []).append(text)
        return texts

    async def left_alone(
        self, workspace_id: str, *, since: datetime, until: datetime, limit: int
    ) -> list[LeftAlone]:
        """Return drafts posted from `since` up to `until` that nobody said or did anything about, oldest first.

        A blind vote lies on the draft whose brief its pair has, and says nothing of that draft.
        """
        channels = select(Channel.id).where(Channel.workspace_id == workspace_id)
        touched = select(Signal.id).where(Signal.draft_id == Draft.id, Signal.kind != "trial").exists()
        alone = (
            select(Draft.id, Draft.channel_id, Draft.message_ts, Draft.requester_id, Draft.posted_at)
            .where(
                Draft.workspace_id == workspace_id,
                Draft.channel_id.in_(
                    channels
                ),  # The index that knows when drafts were posted goes by channel.
                Draft.posted_at >= since,
                Draft.posted_at <= until,
                Draft.message_ts.is_not(None),
                ~touched,
            )
            .order_by(Draft.posted_at)
            .limit(limit)
        )
        rows: Iterable[Any] = await self._session.execute(alone)
        return [LeftAlone(*row) for row in rows]
