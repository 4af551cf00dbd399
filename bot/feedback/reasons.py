"""The one short question after a 👎: what should be different?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.feedback.acts import Act, Outcome, Touch, Unchanged
from bot.feedback.corrections import Corrections, Origin
from bot.feedback.ledger import find_place
from bot.slack.blocks.feedback_modals import reason_modal
from bot.slack.messenger import Messenger
from storage.engine import Database


class Reasons:
    """Takes the answer, *not now* and *stop asking*."""

    def __init__(
        self,
        database: Database,
        *,
        corrections: Corrections,
        messenger: Messenger,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._corrections = corrections
        self._messenger = messenger
        self._clock = clock

    async def open(self, workspace_id: str, *, draft_id: str, trigger_id: str) -> None:
        """Open the box."""
        await self._messenger.open_view(workspace_id, trigger_id=trigger_id, view=reason_modal(draft_id))

    async def submit(self, touch: Touch, *, draft_id: str, text: str) -> Outcome:
        """Take a reason as a correction of the draft; an empty one changes nothing."""
        if not text.strip():
            return Unchanged("no_words_of_a_person")
        async with self._database.begin() as unit:
            draft = await unit.drafts.get(draft_id, workspace_id=touch.workspace_id)
            at = replace(touch, channel_id=draft.channel_id, message_ts=draft.message_ts or "")
            act = Act.by(
                at, kind="correction", control=f"reason:{touch.user_id}", value="", text=text.strip()
            )
            place = await find_place(unit, act)
            if place is None:
                return Unchanged("not_a_draft")
            await unit.asks.answer(
                touch.workspace_id, user_id=touch.user_id, draft_id=draft_id, answer="answered"
            )
            now = self._clock()
            return await self._corrections.take(unit, act, place=place, origin=Origin("reason"), now=now)

    async def not_now(self, workspace_id: str, *, user_id: str, draft_id: str) -> None:
        """Note that this time the person does not want to say."""
        async with self._database.begin() as unit:
            await unit.asks.answer(workspace_id, user_id=user_id, draft_id=draft_id, answer="not_now")

    async def stop(self, workspace_id: str, *, user_id: str, draft_id: str) -> None:
        """Never ask this person again."""
        async with self._database.begin() as unit:
            await unit.asks.answer(workspace_id, user_id=user_id, draft_id=draft_id, answer="stopped")
            await unit.members.stop_asking(workspace_id, user_id=user_id)
