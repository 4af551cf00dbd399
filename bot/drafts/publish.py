"""Shows a draft in Slack: placeholder at once, the text in its place, the rest of a long text below, or what went wrong."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from bot.feedback.tallying import OPEN, posted_deltas
from bot.logs import get_logger
from bot.slack.blocks.draft import (
    LONGEST_PART,
    Blocks,
    draft_blocks,
    failed_blocks,
    failure_note_blocks,
    fallback,
    note_blocks,
    part_blocks,
    placeholder_blocks,
)
from bot.slack.blocks.hidden import HIDDEN_PART, hidden_part_blocks
from bot.slack.markdown import to_slack
from bot.slack.messenger import Messenger, SlackRefused
from bot.slack.streams import Opening
from bot.slack.text import defuse, split_text
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Draft, DraftMessage, Revision
from storage.repositories import DraftPlace
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)

_NOT_THERE: Final = frozenset({"not_in_channel", "channel_not_found"})
_INVITE: Final = (
    "I could not post your draft in <#{channel_id}>: I am not a member there. Type `/invite` and my name in that "
    "channel, then ask me again."
)
_NO_GUEST: Final = "I can only write in channels that I am a member of, and here. Ask me in one of those and I will draft it."


class Publisher:
    """Shows drafts; every method may run twice: what was posted is found by its key and not posted again."""

    def __init__(
        self,
        database: Database,
        *,
        messenger: Messenger,
        clock: Callable[[], datetime],
        streams: bool = True,
    ) -> None:
        """Take what it needs; `streams` is whether texts are shown while they are written (`bot.drafts.progress`)."""
        self._database = database
        self._messenger = messenger
        self._clock = clock
        self._streams = streams

    async def show_placeholder(self, draft_id: str, attempt: int) -> str:
        """Say at once that the draft is coming; on a retry, take back what was said about the failure.

        Raises:
            SlackRefused: we cannot post there.
        """
        draft, title = await self._titled(draft_id)
        text, blocks = f"Writing: {title}", placeholder_blocks(task=title)
        ts = await self._messenger.post(
            draft.workspace_id,
            channel_id=draft.channel_id,
            text=text,
            blocks=blocks,
            thread_ts=draft.thread_ts,
            key=_first_key(draft_id),
            opening=self._opening(draft, title),
        )
        await self._note_first_message(draft, ts)
        if attempt > 1:
            await self._replace(draft, ts, text, blocks, key=_first_key(draft_id))
            await self._quieten(draft, attempt - 1)
        return ts

    async def show(self, draft_id: str) -> int:
        """Put the text where the placeholder stands and the rest of a long one below; return the number of messages.

        Raises:
            SlackRefused: the placeholder is gone, or Slack does not take the text.
        """
        async with self._database.read() as unit:
            draft = await unit.drafts.get(draft_id)
            revision = await unit.drafts.revision(draft.current_revision_id or "")
            title = await _title(unit, draft)
        parts = parts_of(revision.text or "")
        blocks = draft_blocks(
            parts[0],
            task=title,
            release=draft.release,
            model=revision.model or "",
            parts=len(parts),
        )
        text, blocks = veiled(draft, fallback(parts[0]), blocks)
        await self._replace(draft, draft.message_ts or "", text, blocks, key=_first_key(draft.id))
        rest = [await self._post_part(draft, part, text) for part, text in enumerate(parts[1:], start=1)]
        await self._mark_posted(draft, revision, rest)
        return len(parts)

    async def explain(self, draft_id: str, attempt: int, code: str, sentence: str) -> None:
        """Say kindly that it did not work: in the draft's place and its thread, or else to the person alone."""
        draft = await self._mark_failed(draft_id, code)
        log.info("draft_failed", draft=draft_id, attempt=attempt, code=code)
        if draft.state == "posted":
            return
        if draft.message_ts is None:
            await self._tell_requester(draft, attempt, code, sentence)
            return
        try:
            await self._explain_in_place(draft, attempt, sentence)
        except SlackRefused as error:  # Somebody deleted the placeholder, or removed us meanwhile.
            await self._tell_requester(draft, attempt, error.code, sentence)

    def _opening(self, draft: Draft, title: str) -> Opening | None:
        """Return what a stream begins with, where a text will be written."""
        if not self._streams or draft.current_revision_id is not None:
            return None
        return Opening(title=f"Writing · {title}", reader_id=draft.requester_id)

    async def _titled(self, draft_id: str) -> tuple[Draft, str]:
        """Return the draft and what its task is called."""
        async with self._database.read() as unit:
            draft = await unit.drafts.get(draft_id)
            return draft, await _title(unit, draft)

    async def _replace(
        self, draft: Draft, ts: str, text: str, blocks: Blocks, *, key: str | None = None
    ) -> None:
        await self._messenger.update(
            draft.workspace_id, channel_id=draft.channel_id, ts=ts, text=text, blocks=blocks, key=key
        )

    async def _post_part(self, draft: Draft, part: int, text: str) -> str:
        text, blocks = veiled(draft, fallback(text), part_blocks(text))
        return await self._messenger.post(
            draft.workspace_id,
            channel_id=draft.channel_id,
            text=text,
            blocks=blocks,
            thread_ts=thread_of(draft),
            key=f"draft:{draft.id}:{part}",
        )

    async def _note_first_message(self, draft: Draft, ts: str) -> None:
        async with self._database.begin() as unit:
            (await unit.drafts.lock(draft.id)).message_ts = ts
            await unit.drafts.add_message(draft_message(draft, ts))

    async def _mark_posted(self, draft: Draft, revision: Revision, rest: Sequence[str]) -> None:
        """Note the messages, and count the draft the first time it is posted."""
        now = self._clock()
        async with self._database.begin() as unit:
            current = await unit.drafts.lock(draft.id)
            for part, ts in enumerate(rest, start=1):
                await unit.drafts.add_message(draft_message(draft, ts, part=part, revision_id=revision.id))
            for message in await unit.drafts.messages_of(draft.id):
                message.revision_id = message.revision_id or revision.id
            if current.state == "posted":
                return
            current.state, current.posted_at, current.failure = "posted", now, None
            await _count_posted(unit, current)

    async def _mark_failed(self, draft_id: str, code: str) -> Draft:
        async with self._database.begin() as unit:
            draft = await unit.drafts.lock(draft_id)
            if draft.state != "posted":
                draft.state, draft.failure = "failed", code[:64]
            return draft

    async def _explain_in_place(self, draft: Draft, attempt: int, sentence: str) -> None:
        _, title = await self._titled(draft.id)
        told = f"{title}: this one did not work out."
        first = _first_key(draft.id)
        await self._replace(draft, draft.message_ts or "", told, failed_blocks(task=title), key=first)
        await self._messenger.post(
            draft.workspace_id,
            channel_id=draft.channel_id,
            text=sentence,
            blocks=failure_note_blocks(sentence, draft_id=draft.id, attempt=attempt),
            thread_ts=thread_of(draft),
            key=_note_key(draft.id, attempt),
        )

    async def _tell_requester(self, draft: Draft, attempt: int, code: str, sentence: str) -> None:
        if draft.source == "api":
            return  # A program asked: it reads the draft's state.
        text = _way_in(draft) if code in _NOT_THERE else sentence
        await self._messenger.direct(
            draft.workspace_id,
            user_id=draft.requester_id,
            text=text,
            key=f"{_note_key(draft.id, attempt)}:dm",
        )

    async def _quieten(self, draft: Draft, attempt: int) -> None:
        """Take the button off the note about an earlier attempt."""
        async with self._database.read() as unit:
            note = await unit.posts.find(draft.workspace_id, key=_note_key(draft.id, attempt))
        if note is not None and note.ts is not None:
            sentence = "This try did not work out, so I tried again."
            await self._replace(draft, note.ts, sentence, note_blocks(sentence))


def parts_of(text: str, *, limit: int = LONGEST_PART) -> list[str]:
    """Return a text as the messages that show it: harmless, whole, each within Slack's limit; always at least one."""
    return _harmless(to_slack(text), limit) or ["(There is nothing to read in this text.)"]


def _harmless(text: str, limit: int) -> list[str]:
    """Split a text; each part is made harmless for itself, as a cut may bring to life what was code or a long word."""
    parts = split_text(defuse(text), limit)
    return parts if len(parts) <= 1 else [piece for part in parts for piece in _harmless(part, limit)]


def veiled(draft: Draft, text: str, blocks: Blocks) -> tuple[str, Blocks]:
    """Return what a message of a draft shows at first: nothing of a text that is hidden (see `bot.drafts.hiding`)."""
    return (text, blocks) if draft.hidden_at is None else (HIDDEN_PART, hidden_part_blocks())


def thread_of(draft: Draft) -> str | None:
    """Return the thread that everything about a draft goes to."""
    return draft.thread_ts or draft.message_ts


def draft_message(
    draft: Draft, ts: str, *, part: int = 0, revision_id: str | None = None, kind: str = "draft"
) -> DraftMessage:
    """Return the row by which feedback on a message finds its draft."""
    return DraftMessage(
        workspace_id=draft.workspace_id,
        channel_id=draft.channel_id,
        ts=ts,
        draft_id=draft.id,
        revision_id=revision_id,
        part=part,
        kind=kind,
    )


async def _title(unit: UnitOfWork, draft: Draft) -> str:
    return (await read_tasks(unit, draft.workspace_id)).get(draft.task).title


def _way_in(draft: Draft) -> str:
    """Say how to get us into the place; nobody can invite us into other people's direct messages."""
    is_direct = draft.channel_id.startswith("D")
    return _NO_GUEST if is_direct else _INVITE.format(channel_id=draft.channel_id)


def _first_key(draft_id: str) -> str:
    return f"draft:{draft_id}:0"


def _note_key(draft_id: str, attempt: int) -> str:
    return f"draft:{draft_id}:failed:{attempt}"


async def _count_posted(unit: UnitOfWork, draft: Draft) -> None:
    """Count the draft, with what people may have said already about its placeholder."""
    place = DraftPlace(
        draft_id=draft.id,
        workspace_id=draft.workspace_id,
        channel_id=draft.channel_id,
        task=draft.task,
        release=draft.release,
        requester_id=draft.requester_id,
        posted_at=draft.posted_at,
    )
    standing = await unit.feedback.find_standing(draft.id)
    verdict, flags = (standing.verdict, standing.flags) if standing else (OPEN, 0)
    await unit.tallies.add(posted_deltas(place, verdict=verdict, flags=flags))
