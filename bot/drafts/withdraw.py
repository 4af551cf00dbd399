"""Takes a revised text out of the thread when the correction behind it was taken back."""

from typing import Final

from bot.feedback.taking_back import is_taken_back
from bot.logs import get_logger
from bot.slack.blocks.draft import note_blocks
from bot.slack.messenger import Messenger, SlackRefused
from storage.engine import Database
from storage.models import Correction, Draft, DraftMessage
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
TAKEN_BACK: Final = "This text was withdrawn: the reply that asked for it was taken back."


class RevisionWithdrawer:
    """Puts a small note where a withdrawn text stood; may run twice, and again after a text that came late."""

    def __init__(self, database: Database, *, messenger: Messenger) -> None:
        self._database = database
        self._messenger = messenger

    async def withdraw(self, correction_id: str) -> int:
        """Replace the text's first message and delete the further ones; return how many there were.

        Does nothing while the correction stands. A message whose text somebody edited since shows their text, and stays.
        """
        async with self._database.read() as unit:
            correction = await unit.corrections.get(correction_id)
            if not is_taken_back(correction):
                return 0
            draft = await unit.drafts.get(correction.draft_id)
            shown = await _shown(unit, correction)
        for message in shown:
            await self._take_down(draft, message)
        await self._forget([one.ts for one in shown if one.part], draft)
        return len(shown)

    async def _take_down(self, draft: Draft, message: DraftMessage) -> None:
        try:
            await (self._delete if message.part else self._put_note)(draft, message.ts)
        except SlackRefused as error:  # Somebody deleted it before us.
            log.info("revision_not_withdrawn", draft_id=draft.id, code=error.code)

    async def _put_note(self, draft: Draft, ts: str) -> None:
        await self._messenger.update(
            draft.workspace_id,
            channel_id=draft.channel_id,
            ts=ts,
            text=TAKEN_BACK,
            blocks=note_blocks(TAKEN_BACK),
        )

    async def _delete(self, draft: Draft, ts: str) -> None:
        await self._messenger.delete(draft.workspace_id, channel_id=draft.channel_id, ts=ts)

    async def _forget(self, deleted: list[str], draft: Draft) -> None:
        async with self._database.begin() as unit:
            for message in await unit.drafts.messages_of(draft.id):
                if message.ts in deleted:
                    message.kind, message.revision_id = "gone", None


async def _shown(unit: UnitOfWork, correction: Correction) -> list[DraftMessage]:
    """Return the messages that show this correction's text, also those of its earlier versions."""
    revisions = await unit.drafts.revisions_of(correction.draft_id)
    own = {one.id for one in revisions if one.correction_id == correction.id}
    return [one for one in await unit.drafts.messages_of(correction.draft_id) if one.revision_id in own]
