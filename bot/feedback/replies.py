"""Thread replies under a draft: corrections in people's own words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.errors import BotError
from bot.feedback.acts import Act, Outcome, Touch, Unchanged
from bot.feedback.corrections import Corrections, Origin
from bot.feedback.interpret import INTERPRETATIONS
from bot.feedback.ledger import find_place
from bot.feedback.reactions import wait_for_draft
from bot.feedback.taking_back import HELD
from bot.slack.plain import to_markdown
from storage.engine import Database
from storage.repositories import DraftPlace
from storage.unit_of_work import UnitOfWork


class NotYours(BotError):
    """Somebody else's text."""

    code = "not_yours"
    sentence = "Only the person who wrote it can say what it is."


class ReplyHeld(BotError):
    """The reply waits for an admin."""

    code = "reply_held"
    sentence = "Your feedback is on hold until an admin has looked at it, and this reply with it."


class ReplyGone(BotError):
    """The reply was deleted in the meantime."""

    code = "reply_gone"
    sentence = "That reply was deleted, so there is nothing left to put right."


class Replies:
    """Records replies, their edits and their deletion; a touch's `message_ts` is the thread."""

    def __init__(
        self, database: Database, *, corrections: Corrections, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._corrections = corrections
        self._clock = clock

    async def put(self, touch: Touch, *, reply_ts: str, text: str) -> Outcome:
        """Record a reply, or its text after an edit (`text` as Slack sends it)."""
        words = to_markdown(text)
        if touch.author_is_bot or not words:
            return Unchanged("no_words_of_a_person")
        return await self._take(_act(touch, reply_ts, text=words), reply_ts)

    async def remove(self, touch: Touch, *, reply_ts: str) -> Outcome:
        """Record that a reply was deleted."""
        return await self._take(replace(_act(touch, reply_ts, text=None), act="withdraw"), reply_ts)

    async def renew(self, workspace_id: str, user_id: str) -> None:
        """Take over what somebody changed in their replies while it was held back, and was released since."""
        async with self._database.begin() as unit:
            if user_id not in await unit.holds.looked_at(workspace_id):
                return
            for correction in await unit.corrections.latest_replies(workspace_id, user_id=user_id):
                await self._corrections.renew(unit, correction, now=self._clock())

    async def put_right(self, correction_id: str, *, workspace_id: str, user_id: str, kind: str) -> bool:
        """Let the author say what their reply is; False when it was taken for that already.

        Raises:
            NotYours: somebody else wrote it.
            ReplyGone, ReplyHeld: it was deleted, or is held back.
        """
        async with self._database.read() as unit:
            made = await unit.corrections.get(correction_id)
            draft = await unit.drafts.get(made.draft_id, workspace_id=workspace_id)
        if made.user_id != user_id or kind not in INTERPRETATIONS:
            raise NotYours
        async with self._database.begin() as unit:
            place = await unit.ledger.place(
                workspace_id, channel_id=draft.channel_id, message_ts=draft.message_ts or "", user_id=user_id
            )
            if place is None:
                return False
            correction = await unit.corrections.get(correction_id)
            if correction.state != "standing":
                raise ReplyHeld if correction.state == HELD else ReplyGone
            return await self._corrections.put_right(
                unit, correction, place=place, kind=kind, user_id=user_id, now=self._clock()
            )

    async def _take(self, act: Act, reply_ts: str) -> Outcome:
        async with self._database.begin() as unit:
            asked, (act, place) = act, await _in_thread(unit, act, reply_ts)
            if place is None:
                await unit.ledger.run(lambda tables: wait_for_draft(tables, asked, now=self._clock()))
                return Unchanged("not_a_draft")
            if act.user_id == place.bot_user_id:
                return Unchanged("own_bot")  # We delete our own messages when a long text shrinks.
            if act.text and place.bot_user_id and f"<@{place.bot_user_id}" in act.text:
                return Unchanged("is_a_request")  # It is a new brief: the mention's own listener takes it.
            origin = Origin("thread", reply_ts)
            return await self._corrections.take(unit, act, place=place, origin=origin, now=self._clock())


def _act(touch: Touch, reply_ts: str, *, text: str | None) -> Act:
    return Act.by(touch, kind="correction", control=f"reply:{reply_ts}", value="", text=text)


async def _in_thread(unit: UnitOfWork, act: Act, reply_ts: str) -> tuple[Act, DraftPlace | None]:
    """Find the draft that a thread is under, or the latest one that was asked for in it before the reply."""
    place = await find_place(unit, act)
    if place is not None:
        return act, place
    shown = await unit.ledger.draft_in_thread(
        act.workspace_id, channel_id=act.channel_id, thread_ts=act.message_ts, before_ts=reply_ts
    )
    if shown is None:
        return act, None
    act = replace(act, message_ts=shown)
    return act, await find_place(unit, act)
