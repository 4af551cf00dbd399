"""Drafts that teach by example: which there are, what changed among them, and all that a few of them are made of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from storage.keyring import Keyring, Place
from storage.models import Correction, Draft, DraftStanding, Member, Revision, Signal

_PLACE = (
    Draft.id,
    Draft.channel_id,
    Draft.task,
    Draft.posted_at,
    Draft.workspace_id,
    Draft.brief_sealed,
)
_OF_DRAFT = (Draft.workspace_id, Draft.channel_id, Draft.task, Draft.requester_id, Draft.brief_sealed)
_OF_CORRECTION = (
    Correction.workspace_id,
    Correction.draft_id,
    Correction.user_id,
    Correction.interpretation,
    Correction.text_sealed,
    Correction.original_sealed,
    Correction.first_line,
    Correction.lesson,
    Correction.changed_at,
)
_OF_REVISION = (Revision.workspace_id, Revision.author_id, Revision.text_sealed)


@dataclass(frozen=True, slots=True)
class TeachingDraft:
    """A posted draft that people corrected or accepted; its brief is opened when it is asked for, in any thread."""

    id: str
    channel_id: str
    task: str
    at: datetime
    workspace_id: str
    brief_sealed: str | None
    keyring: Keyring

    @property
    def brief(self) -> str:
        """What the draft was asked for."""
        if self.brief_sealed is None:
            return ""
        place = Place(Draft.__tablename__, Draft.brief.column, self.workspace_id, self.id)
        return self.keyring.open(self.brief_sealed, place=place)


@dataclass(frozen=True, slots=True)
class Taught:
    """All that examples of one draft are made of."""

    draft: Draft
    corrections: tuple[Correction, ...]  # those that stand and are more than talk, oldest first
    accepted: Revision | None  # the text that was accepted, if one was

    @property
    def is_empty(self) -> bool:
        """Whether it holds no example any more."""
        return not self.corrections and self.accepted is None


class ExampleQueries:
    """Reads what examples are made of; writes nothing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def teaching(self, workspace_id: str, *, limit: int) -> list[str]:
        """Return the workspace's drafts that were corrected or accepted, the latest posted first."""
        corrected = select(Correction.draft_id).where(Correction.workspace_id == workspace_id, *_STANDS)
        accepted = select(DraftStanding.draft_id).where(
            DraftStanding.workspace_id == workspace_id, DraftStanding.verdict == "accepted"
        )
        found = (
            select(Draft.id)
            .where(Draft.workspace_id == workspace_id, Draft.posted_at.is_not(None))
            .where(or_(Draft.id.in_(corrected), Draft.id.in_(accepted)))
            .order_by(Draft.posted_at.desc(), Draft.id)
        )
        return list(await self._session.scalars(found.limit(limit)))

    async def of_ids(self, workspace_id: str, *, draft_ids: Collection[str]) -> list[TeachingDraft]:
        """Return what an index is made from, of these drafts."""
        # By id alone: with the workspace among the conditions SQLite goes through all of its drafts.
        return await self._drafts(workspace_id, select(*_PLACE).where(Draft.id.in_(draft_ids)))

    async def changed(self, workspace_id: str, *, since: datetime) -> list[TeachingDraft]:
        """Return drafts that teach and that something was done about since then."""
        touched = select(Signal.draft_id).where(
            Signal.workspace_id == workspace_id, Signal.received_at >= since
        )
        return await self._drafts(workspace_id, select(*_PLACE).where(Draft.id.in_(touched), _TEACHES))

    async def recent(
        self, workspace_id: str, *, channel_id: str, task: str, limit: int
    ) -> list[TeachingDraft]:
        """Return those of a channel's latest `limit` drafts that are of this task and teach, newest first."""
        latest = (
            select(Draft.id)
            .where(
                Draft.workspace_id == workspace_id,
                Draft.channel_id == channel_id,
                Draft.posted_at.is_not(None),
            )
            .order_by(Draft.posted_at.desc())
            .limit(limit)
        )
        teaching = select(*_PLACE).where(Draft.id.in_(latest), Draft.task == task, _TEACHES)
        return await self._drafts(workspace_id, teaching.order_by(Draft.posted_at.desc(), Draft.id))

    async def taught_by(self, workspace_id: str, *, draft_ids: Collection[str]) -> dict[str, Taught]:
        """Return all that examples of these drafts are made of, without what is hidden or not posted."""
        is_accepted = and_(DraftStanding.draft_id == Draft.id, DraftStanding.verdict == "accepted")
        shown = and_(Revision.id == Draft.current_revision_id, DraftStanding.draft_id.is_not(None))
        rows = await self._session.execute(
            select(Draft, Revision)
            .outerjoin(DraftStanding, is_accepted)
            .outerjoin(Revision, shown)
            .where(Draft.id.in_(draft_ids), Draft.hidden_at.is_(None), Draft.posted_at.is_not(None))
            .options(load_only(*_OF_DRAFT), load_only(*_OF_REVISION))
        )
        corrections = await self._corrections(draft_ids)
        return {
            draft.id: Taught(draft, tuple(corrections.get(draft.id, ())), accepted)
            for draft, accepted in rows
            if draft.workspace_id == workspace_id
        }

    async def silent(self, workspace_id: str, *, user_ids: Collection[str]) -> set[str]:
        """Return those of these people of whom nothing may be used, because they opted out."""
        if not user_ids:
            return set()
        out = select(Member.id).where(
            Member.workspace_id == workspace_id, Member.id.in_(user_ids), Member.opted_out.is_(True)
        )
        return set(await self._session.scalars(out))

    async def _corrections(self, draft_ids: Collection[str]) -> dict[str, list[Correction]]:
        if not draft_ids:
            return {}
        standing = (
            select(Correction)
            .where(Correction.draft_id.in_(draft_ids), *_STANDS)
            .options(load_only(*_OF_CORRECTION))
        )
        found: dict[str, list[Correction]] = {}
        for correction in await self._session.scalars(
            standing.order_by(Correction.changed_at, Correction.id)
        ):
            found.setdefault(correction.draft_id, []).append(correction)
        return found

    async def _drafts(self, workspace_id: str, listed: Select[*tuple[Any, ...]]) -> list[TeachingDraft]:
        keyring: Keyring = self._session.info["keyring"]
        rows = await self._session.execute(listed)
        return [
            TeachingDraft(draft_id, channel_id, task, at, owner_id, sealed, keyring)
            for draft_id, channel_id, task, at, owner_id, sealed in rows
            if owner_id == workspace_id
        ]


_STANDS: tuple[ColumnElement[bool], ...] = (
    Correction.state == "standing",
    Correction.interpretation.in_(("rewrite", "instruction")),
)
_TEACHES = and_(
    Draft.posted_at.is_not(None),
    or_(
        select(Correction.id).where(Correction.draft_id == Draft.id, *_STANDS).exists(),
        select(DraftStanding.draft_id)
        .where(DraftStanding.draft_id == Draft.id, DraftStanding.verdict == "accepted")
        .exists(),
    ),
)
