"""Lets the model read the replies that the rules are not sure about; runs in durable work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.feedback.corrections import MODEL, PROGRAM, READING, Corrections
from bot.feedback.interpret import Reading, interpret
from bot.feedback.reading_prompt import ANSWER_TOKENS, SCHEMA, build_reading_prompt, reading_of
from bot.llm.chat_model import ChatModel
from bot.logs import get_logger
from storage.engine import Database
from storage.models import Correction, Draft

log = get_logger(__name__)


@dataclass(frozen=True)
class _Unread:
    """A reply that waits to be read, with the draft that it answers."""

    correction: Correction
    draft: Draft

    @property
    def reply(self) -> str:
        return self.correction.text or ""

    @property
    def answered(self) -> str:
        return self.correction.original or ""


class ReplyReader:
    """Settles what a reply is.

    Every method may run twice, and does nothing once an edit, a deletion or a person's press has come first.
    """

    def __init__(
        self,
        database: Database,
        *,
        corrections: Corrections,
        model: ChatModel,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._corrections = corrections
        self._model = model
        self._clock = clock

    async def ask(self, correction_id: str, version: int) -> str | None:
        """Ask the model what a reply is, and settle it; return the kind, or None when there is nothing to settle.

        Raises:
            BotError: the model did not answer, or not with one of the kinds; see `bot.llm.chat_model`.
        """
        unread = await self._find(correction_id, version)
        if unread is None:
            return None
        prompt = build_reading_prompt(unread.reply, draft=unread.answered, brief=unread.draft.brief or "")
        answer = await self._model.complete(prompt, max_tokens=ANSWER_TOKENS, temperature=0, schema=SCHEMA)
        reading = reading_of(answer.text, reply=unread.reply, draft=unread.answered)
        return await self._settle(unread, version, reading, by=MODEL)

    async def guess(self, correction_id: str, version: int) -> str | None:
        """Settle a reply by what the rules guess; its author is told that it is a guess."""
        unread = await self._find(correction_id, version)
        if unread is None:
            return None
        return await self._settle(unread, version, interpret(unread.reply, draft=unread.answered), by=PROGRAM)

    async def _find(self, correction_id: str, version: int) -> _Unread | None:
        async with self._database.read() as unit:
            correction = await unit.corrections.get(correction_id)
            if not _waits(correction, version):
                return None
            return _Unread(correction, await unit.drafts.get(correction.draft_id))

    async def _settle(self, unread: _Unread, version: int, reading: Reading, *, by: str) -> str | None:
        draft, known = unread.draft, unread.correction
        async with self._database.begin() as unit:
            # The place locks the draft; only then the correction is read, as it is by now.
            place = await unit.ledger.place(
                draft.workspace_id,
                channel_id=draft.channel_id,
                message_ts=draft.message_ts or "",
                user_id=known.user_id,
            )
            correction = await unit.corrections.get(known.id)
            if place is None or not _waits(correction, version):
                return None
            await self._corrections.settle(unit, correction, reading, place=place, by=by, now=self._clock())
        log.info("reply_read", correction_id=known.id, kind=reading.kind, by=by)
        return reading.kind


def _waits(correction: Correction, version: int) -> bool:
    is_current = correction.version == version and correction.state == "standing"
    return is_current and correction.interpreted_by == READING
