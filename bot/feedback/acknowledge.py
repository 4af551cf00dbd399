"""Quiet answers: a reaction on a reply, and small notes that only one person sees. All of it runs in durable work."""

from typing import Final

from bot.feedback.corrections import TELLS_A_GUESS
from bot.feedback.interpret import INSTRUCTION, REWRITE
from bot.logs import get_logger
from bot.slack.blocks.feedback import reading_note, reason_offer
from bot.slack.messenger import Messenger, SlackRefused
from storage.engine import Database
from storage.models import Correction

log = get_logger(__name__)

# The bot's reaction on a reply says what it took it for; talk gets none.
MARKS: Final = {REWRITE: "pencil2", INSTRUCTION: "memo"}
NOTES: Final = {
    "thanks": (
        "Thank you, your feedback is stored. It counts at once, you can change it at any time, and the weekly digest "
        "shows what the team's feedback changed."
    ),
    "use_taken_back": (
        "Taken back: the draft no longer counts as used by you. Press *Use this* once more to change that."
    ),
}


class Acknowledger:
    """Shows people that they were heard; every method may run twice."""

    def __init__(self, database: Database, *, messenger: Messenger) -> None:
        self._database = database
        self._messenger = messenger

    async def note(self, workspace_id: str, channel_id: str, user_id: str, thread_ts: str, code: str) -> None:
        """Show somebody one of our notes."""
        await self._say(workspace_id, channel_id, user_id, thread_ts, NOTES[code], None)

    async def offer_reason(
        self, workspace_id: str, channel_id: str, user_id: str, thread_ts: str, draft_id: str
    ) -> None:
        """Offer the reason box to somebody who pressed 👎."""
        text, blocks = reason_offer(draft_id)
        await self._say(workspace_id, channel_id, user_id, thread_ts, text, blocks)

    async def mark(self, correction_id: str, version: int) -> None:
        """Put the reaction on a reply that says what it was taken for, and take an earlier one off."""
        correction, channel_id, _ = await self._reply(correction_id)
        if correction.version != version or correction.message_ts is None:
            return  # It changed again: the work of that version marks it.
        standing = correction.state == "standing"
        wanted = MARKS.get(correction.interpretation) if standing else None
        for name in set(MARKS.values()) - {wanted} if version > 1 else ():
            await self._mark(correction, channel_id, name, add=False)
        if wanted:
            await self._mark(correction, channel_id, wanted, add=True)

    async def tell_reading(self, correction_id: str, version: int, tells: int) -> None:
        """Tell the author what their reply was taken for (or is guessed to be), with a press to put it right."""
        correction, channel_id, thread_ts = await self._reply(correction_id)
        if correction.version == version:
            text, blocks = reading_note(
                correction.id, reading=correction.interpretation, is_guess=tells == TELLS_A_GUESS
            )
            person = (correction.workspace_id, channel_id, correction.user_id)
            await self._say(*person, thread_ts, text, blocks)

    async def _reply(self, correction_id: str) -> tuple[Correction, str, str]:
        async with self._database.read() as unit:
            correction = await unit.corrections.get(correction_id)
            draft = await unit.drafts.get(correction.draft_id)
        return correction, draft.channel_id, draft.thread_ts or draft.message_ts or ""

    async def _mark(self, correction: Correction, channel_id: str, name: str, *, add: bool) -> None:
        """Marks are a courtesy: without the optional scope, or on a deleted message, there is none."""
        call = self._messenger.react if add else self._messenger.unreact
        try:
            await call(
                correction.workspace_id, channel_id=channel_id, ts=correction.message_ts or "", name=name
            )
        except SlackRefused as error:
            log.info("reply_not_marked", correction_id=correction.id, code=error.code)

    async def _say(  # noqa: PLR0917 - one call of Slack
        self,
        workspace_id: str,
        channel_id: str,
        user_id: str,
        thread_ts: str,
        text: str,
        blocks: list[dict[str, object]] | None,
    ) -> None:
        """Notes are a courtesy as well: somebody who left the channel does not get one."""
        try:
            await self._messenger.ephemeral(
                workspace_id,
                channel_id=channel_id,
                user_id=user_id,
                text=text,
                blocks=blocks,
                thread_ts=thread_ts or None,
            )
        except SlackRefused as error:
            log.info("note_not_shown", user_id=user_id, code=error.code)
