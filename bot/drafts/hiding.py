"""Takes the text of a draft that enough people flagged out of sight, and shows it again."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.drafts.shown import Shown, build_hidden, build_shown
from bot.feedback.quorum import SHOWN_AGAIN, ask_to_hide
from bot.feedback.signals import FLAG, FLAG_CATEGORIES
from bot.feedback.taking_back import HELD, is_taken_back
from bot.logs import get_logger
from bot.runtime.durable import Durable
from bot.slack.blocks.hidden import hidden_notice
from bot.slack.messenger import Messenger, SlackRefused
from bot.team.audit import note
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Draft, DraftMessage, Revision
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
_ROUNDS: Final = 5  # How often flags may change while messages are changed, until the next work sees to it.


@dataclass(frozen=True)
class Sighted:
    """A draft as it is to be seen now: `flags` is how many people flag it, by what the category is called."""

    draft: Draft
    messages: tuple[DraftMessage, ...]
    revisions: Mapping[str, Revision]
    title: str
    flags: Mapping[str, int]
    admin_channel: str | None

    @property
    def state(self) -> tuple[object, ...]:
        """What must be the same before and after the messages are changed."""
        hidden = self.draft.hidden_at
        return (hidden, tuple(self.flags.items())) if hidden else (None,)

    def shown(self, message: DraftMessage) -> Shown | None:
        """Return what a message shows."""
        if self.draft.hidden_at is not None:
            return build_hidden(message, flags=self.flags)
        return build_shown(self.draft, message, revisions=self.revisions, title=self.title)


class Hiding:
    """Brings the messages of a draft in line with whether it is hidden; every method may run twice."""

    def __init__(
        self,
        database: Database,
        *,
        messenger: Messenger,
        durable: Durable,
        clock: Callable[[], datetime],
        admin_channel: str | None = None,
    ) -> None:
        self._database = database
        self._messenger = messenger
        self._durable = durable
        self._clock = clock
        self._admin_channel = admin_channel

    async def settle(self, draft_id: str) -> None:
        """Show every message of a draft as it is to be seen, and tell the admins of one that was hidden.

        Flags may change meanwhile, and another replica may be at it: whoever wrote last looks once more.
        """
        for _ in range(_ROUNDS):
            sighted = await self._look(draft_id)
            await self._show(sighted)
            if (await self._look(draft_id)).state == sighted.state:
                break
        if sighted.draft.hidden_at is not None:
            await self._tell_admins(sighted)

    async def keep_hidden(self, draft_id: str) -> None:
        """Take texts out of sight that were shown while their draft was being hidden."""
        async with self._database.read() as unit:
            hidden_at = (await unit.drafts.get(draft_id)).hidden_at
        if hidden_at is not None:
            await self.settle(draft_id)

    async def keep_text_hidden(self, revision_id: str) -> None:
        """Do what `keep_hidden` does, for the draft of a text that was just shown."""
        async with self._database.read() as unit:
            draft_id = (await unit.drafts.revision(revision_id)).draft_id
        await self.keep_hidden(draft_id)

    async def show_again(self, draft_id: str, *, workspace_id: str, user_id: str) -> bool:
        """Let an admin (checked by the caller, now) show a draft until another flag comes; False if it is shown.

        Raises:
            NotFound: it is no draft of this workspace.
        """
        async with self._database.begin() as unit:
            await unit.drafts.get(draft_id, workspace_id=workspace_id)
            draft = await unit.drafts.lock(draft_id)
            if draft.hidden_at is None:
                return False
            draft.hidden_at = None
            now = self._clock()
            await note(unit, workspace_id, actor_id=user_id, action=SHOWN_AGAIN, subject=draft_id, now=now)
            await ask_to_hide(unit, draft_id, durable=self._durable)
        return True

    async def _look(self, draft_id: str) -> Sighted:
        async with self._database.read() as unit:
            draft = await unit.drafts.get(draft_id)
            revisions = {one.id: one for one in await unit.drafts.revisions_of(draft_id)}
            workspace = await unit.workspaces.get(draft.workspace_id)
            return Sighted(
                draft,
                await _with_texts(unit, draft_id, revisions),
                revisions,
                (await read_tasks(unit, draft.workspace_id)).get(draft.task).title,
                await _flags(unit, draft_id),
                workspace.admin_channel_id or self._admin_channel,
            )

    async def _show(self, sighted: Sighted) -> None:
        for message in sighted.messages:
            shown = sighted.shown(message)
            if shown is not None:
                await self._put(sighted.draft, message, shown)

    async def _put(self, draft: Draft, message: DraftMessage, shown: Shown) -> None:
        try:
            await self._messenger.update(
                draft.workspace_id,
                channel_id=draft.channel_id,
                ts=message.ts,
                text=shown.text,
                blocks=shown.blocks,
            )
        except SlackRefused as error:  # Somebody deleted it.
            log.info("message_not_changed", draft=draft.id, code=error.code)

    async def _tell_admins(self, sighted: Sighted) -> None:
        draft = sighted.draft
        if sighted.admin_channel is None or draft.hidden_at is None:
            return
        link = await self._link(draft)
        text, blocks = hidden_notice(sighted.flags, draft_id=draft.id, channel_id=draft.channel_id, link=link)
        try:
            await self._messenger.post(
                draft.workspace_id,
                channel_id=sighted.admin_channel,
                text=text,
                blocks=blocks,
                key=f"hidden:{draft.id}:{draft.hidden_at.timestamp():.6f}",
            )
        except SlackRefused as error:
            log.warning("admins_not_told", draft=draft.id, code=error.code)

    async def _link(self, draft: Draft) -> str | None:
        try:
            return await self._messenger.permalink(
                draft.workspace_id, channel_id=draft.channel_id, ts=draft.message_ts or ""
            )
        except SlackRefused:
            return None  # The draft's message is gone; its channel says enough.


async def _with_texts(
    unit: UnitOfWork, draft_id: str, revisions: Mapping[str, Revision]
) -> tuple[DraftMessage, ...]:
    """Return the messages that show a text: none that was deleted, withdrawn with its correction, or never written."""
    corrections = await unit.corrections.of_drafts([draft_id])
    gone = {one.id for one in corrections if is_taken_back(one) and one.state != HELD}
    withdrawn = {one.id for one in revisions.values() if one.kind == "revised" and one.correction_id in gone}
    return tuple(
        message
        for message in await unit.drafts.messages_of(draft_id)
        if message.kind != "gone" and message.revision_id in set(revisions) - withdrawn
    )


async def _flags(unit: UnitOfWork, draft_id: str) -> Mapping[str, int]:
    """Return how many people flag a draft, by what the category is called, the commonest first."""
    opinions = await unit.feedback.opinions_of_draft(draft_id)
    given = (one.value for one in opinions if one.dimension == FLAG)
    counts = Counter(FLAG_CATEGORIES.get(value, FLAG_CATEGORIES["other"]) for value in given)
    return dict(sorted(counts.items(), key=lambda counted: (-counted[1], counted[0])))
