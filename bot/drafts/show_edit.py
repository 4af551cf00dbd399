"""Shows a text that a person edited where the text before it stood."""

from collections.abc import Sequence

from bot.drafts.publish import draft_message, parts_of, thread_of, veiled
from bot.drafts.shown import Shown, build_part, build_shown
from bot.slack.messenger import Messenger
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Draft, DraftMessage, Revision


class EditShower:
    """Brings messages in line with an edit; may run twice, and does nothing once a later edit took its place."""

    def __init__(self, database: Database, *, messenger: Messenger) -> None:
        self._database = database
        self._messenger = messenger

    async def show(self, revision_id: str) -> int:
        """Put the text into the messages of the one before, post parts that are missing, delete those left over."""
        async with self._database.read() as unit:
            revision = await unit.drafts.revision(revision_id)
            draft = await unit.drafts.get(revision.draft_id)
            messages = await unit.drafts.messages_of(draft.id)
            title = (await read_tasks(unit, draft.workspace_id)).get(draft.task).title
        shown = [one for one in messages if one.revision_id == revision_id]
        shown.sort(key=lambda one: one.part)
        if not shown:
            return 0
        parts = parts_of(revision.text or "")
        for message in shown[: len(parts)]:
            built = build_shown(draft, message, revisions={revision.id: revision}, title=title)
            await self._put(draft, message, built)
        for part in range(len(shown), len(parts)):
            await self._post(draft, revision, part, build_part(parts[part]), kind=shown[0].kind)
        await self._remove(draft, shown[len(parts) :])
        return len(parts)

    async def _put(self, draft: Draft, message: DraftMessage, shown: Shown | None) -> None:
        if shown is None:
            return
        text, blocks = veiled(draft, shown.text, shown.blocks)
        await self._messenger.update(
            draft.workspace_id, channel_id=draft.channel_id, ts=message.ts, text=text, blocks=blocks
        )

    async def _post(self, draft: Draft, revision: Revision, part: int, shown: Shown, *, kind: str) -> None:
        text, blocks = veiled(draft, shown.text, shown.blocks)
        ts = await self._messenger.post(
            draft.workspace_id,
            channel_id=draft.channel_id,
            text=text,
            blocks=blocks,
            thread_ts=thread_of(draft),
            key=f"edit:{revision.id}:{part}",
        )
        async with self._database.begin() as unit:
            await unit.drafts.add_message(
                draft_message(draft, ts, part=part, revision_id=revision.id, kind=kind)
            )

    async def _remove(self, draft: Draft, left_over: Sequence[DraftMessage]) -> None:
        for message in left_over:
            await self._messenger.delete(draft.workspace_id, channel_id=draft.channel_id, ts=message.ts)
        gone = {message.ts for message in left_over}
        async with self._database.begin() as unit:
            for message in await unit.drafts.messages_of(draft.id):
                if message.ts in gone:
                    message.kind, message.revision_id = "gone", None
