"""Verified drafts: an admin says of a draft that it is good or bad, and people's judgement is measured by it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal

from bot.errors import BotError
from bot.scoring.weights import BAD, GOOD
from bot.slack.access import Admins
from bot.team.audit import note
from storage.engine import Database
from storage.models import Anchor, Draft
from storage.unit_of_work import UnitOfWork

Verdict = Literal["good", "bad"]
VERDICTS: Final = (GOOD, BAD)


class NotVerifiable(BotError):
    """The draft is gone, was never posted, or is another workspace's."""

    code = "not_verifiable"
    sentence = "I cannot find that draft any more, so there is nothing to verify."


class Anchors:
    """Keeps what admins verified."""

    def __init__(self, database: Database, *, admins: Admins, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._admins = admins
        self._clock = clock

    async def mark(self, workspace_id: str, *, draft_id: str, verdict: Verdict, user_id: str) -> None:
        """Verify a draft's text of now as good or bad; saying the other thing later replaces it.

        Raises:
            NotAnAdmin, AdminNotKnown: it is not for this person.
            NotVerifiable: there is no such draft in this workspace.
        """
        await self._admins.require(workspace_id, user_id=user_id)
        async with self._database.begin() as unit:
            draft = await _posted(unit, draft_id, workspace_id)
            known = await unit.anchors.find(draft_id, workspace_id=workspace_id)
            if known and (known.verdict, known.revision_id) == (verdict, draft.current_revision_id):
                return
            await unit.anchors.put(self._anchor(draft, verdict, user_id))
            await self._note(unit, workspace_id, user_id, "anchor.marked", draft_id, verdict=verdict)

    async def unmark(self, workspace_id: str, *, draft_id: str, user_id: str) -> bool:
        """Take a verification back, with what people answered about it; False if there was none.

        Raises:
            NotAnAdmin, AdminNotKnown: it is not for this person.
        """
        await self._admins.require(workspace_id, user_id=user_id)
        async with self._database.begin() as unit:
            removed = await unit.anchors.remove(draft_id, workspace_id=workspace_id)
            if removed:
                await self._note(unit, workspace_id, user_id, "anchor.removed", draft_id)
        return removed

    def _anchor(self, draft: Draft, verdict: Verdict, user_id: str) -> Anchor:
        return Anchor(
            draft_id=draft.id,
            workspace_id=draft.workspace_id,
            revision_id=draft.current_revision_id,
            task=draft.task,
            verdict=verdict,
            marked_by=user_id,
            marked_at=self._clock(),
        )

    async def _note(
        self, unit: UnitOfWork, workspace_id: str, user_id: str, action: str, draft_id: str, **details: str
    ) -> None:
        await note(
            unit,
            workspace_id,
            actor_id=user_id,
            action=action,
            subject=draft_id,
            now=self._clock(),
            details=details,
        )


async def _posted(unit: UnitOfWork, draft_id: str, workspace_id: str) -> Draft:
    draft = await unit.drafts.find(draft_id, workspace_id=workspace_id)
    if draft is None or draft.state != "posted" or draft.current_revision_id is None:
        raise NotVerifiable
    return draft
