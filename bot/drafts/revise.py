"""Turns a correction into a revised draft and shows it in the draft's thread."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.drafts.casting import Casting
from bot.drafts.publish import draft_message, thread_of, veiled
from bot.drafts.revision_text import Case, RevisionWriter, Written
from bot.drafts.shown import CHANGES, Shown, build_part, build_revised
from bot.feedback.taking_back import is_taken_back
from bot.llm.chat_model import ChatModels
from bot.slack.blocks.draft import note_blocks, revision_failed_blocks
from bot.slack.messenger import Messenger
from bot.team.channels import read_tone
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Correction, Draft, Revision
from storage.unit_of_work import UnitOfWork


class Reviser:
    """Revises drafts; every method may run twice and does its work once."""

    def __init__(
        self,
        database: Database,
        *,
        models: ChatModels,
        casting: Casting,
        messenger: Messenger,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._writer = RevisionWriter(models)
        self._casting = casting
        self._messenger = messenger
        self._clock = clock

    async def rewrite(self, correction_id: str, version: int) -> str | None:
        """Write the revised text and return its revision's id; None when this version of the correction is history.

        Raises:
            BotError: the model did not write; see `bot.llm.chat_model`.
        """
        async with self._database.read() as unit:
            case = await _case(unit, correction_id, version)
        if case is None:
            return None
        if case.own is not None and _version_of(case.own) == version:
            return case.own.id
        spec = await self._casting.writer_of(case.draft)
        return await self._keep(case, await self._writer.write(case, spec))

    async def is_ready(self, correction_id: str) -> bool:
        """Tell whether the draft's own text is there: people also reply to a placeholder."""
        async with self._database.read() as unit:
            draft = await unit.drafts.get((await unit.corrections.get(correction_id)).draft_id)
        return draft.current_revision_id is not None

    async def show(self, correction_id: str, version: int, revision_id: str) -> int:
        """Post the revised text in the draft's thread, with what changed; return the number of messages."""
        async with self._database.read() as unit:
            if not _is_wanted(await unit.corrections.get(correction_id), version):
                return 0
            revision = await unit.drafts.revision(revision_id)
            draft = await unit.drafts.get(revision.draft_id)
            before = (await unit.drafts.revision(revision.parent_id or "")).text or ""
        built = build_revised(revision, before=before)
        key = f"revise:{correction_id}:{version}"
        # Each is noted as it stands there: people may react to the first while Slack lets the next ones wait.
        await self._note(draft, revision, 0, await self._post_shown(draft, built.first, key))
        for part, text in enumerate((*built.parts[1:], *built.changes), start=1):
            ts = await self._post_shown(draft, build_part(text), f"{key}:{part}")
            kind = "revision" if part < len(built.parts) else CHANGES
            await self._note(draft, revision, part, ts, kind=kind)
        await self._quieten(draft, _failure_key(correction_id, version))
        return len(built.parts) + len(built.changes)

    async def explain(self, correction_id: str, version: int, sentence: str) -> None:
        """Say kindly in the thread that the revision did not work."""
        async with self._database.read() as unit:
            correction = await unit.corrections.get(correction_id)
            draft = await unit.drafts.get(correction.draft_id)
        told = f"Your correction is kept, but I could not write the new text. {sentence}"
        blocks = revision_failed_blocks(told, correction_id=correction_id, version=version)
        await self._post(draft, told, blocks, _failure_key(correction_id, version))

    async def _keep(self, case: Case, written: Written) -> str | None:
        """Keep the text as the correction's one revision, and make it the draft's current text.

        None when the correction was changed or taken back while the model was writing.
        """
        async with self._database.begin() as unit:
            draft = await unit.drafts.lock(case.draft.id)
            correction = await unit.corrections.get(case.correction.id)
            if not _is_wanted(correction, case.correction.version):
                return None
            if correction.revision_id is None:  # It came before there was a text.
                correction.revision_id, correction.original = case.base.id, case.base.text or ""
            revision = await unit.drafts.add_revision(self._revision(case))
            revision.text, revision.prompt = written.text, json.dumps(written.prompt, ensure_ascii=False)
            revision.model = written.model
            revision.prompt_tokens, revision.completion_tokens = (
                written.prompt_tokens,
                written.completion_tokens,
            )
            draft.current_revision_id = revision.id
            return revision.id

    def _revision(self, case: Case) -> Revision:
        is_verbatim = case.correction.interpretation == "rewrite"
        return Revision(
            workspace_id=case.draft.workspace_id,
            draft_id=case.draft.id,
            parent_id=case.base.id,
            kind="revised",
            author_id=case.correction.user_id if is_verbatim else None,
            correction_id=case.correction.id,
            created_at=self._clock(),
        )

    async def _post_shown(self, draft: Draft, shown: Shown, key: str) -> str:
        return await self._post(draft, *veiled(draft, shown.text, shown.blocks), key)

    async def _post(self, draft: Draft, text: str, blocks: list[dict[str, Any]], key: str) -> str:
        return await self._messenger.post(
            draft.workspace_id,
            channel_id=draft.channel_id,
            text=text,
            blocks=blocks,
            thread_ts=thread_of(draft),
            key=key,
        )

    async def _quieten(self, draft: Draft, key: str) -> None:
        """Take the button off the note about an earlier failure, if there was one."""
        async with self._database.read() as unit:
            note = await unit.posts.find(draft.workspace_id, key=key)
        if note is not None and note.ts is not None:
            told = "That took a second try; the new text stands below."
            await self._messenger.update(
                draft.workspace_id,
                channel_id=draft.channel_id,
                ts=note.ts,
                text=told,
                blocks=note_blocks(told),
            )

    async def _note(
        self, draft: Draft, revision: Revision, part: int, ts: str, *, kind: str = "revision"
    ) -> None:
        async with self._database.begin() as unit:
            message = draft_message(draft, ts, part=part, revision_id=revision.id, kind=kind)
            await unit.drafts.add_message(message)


async def _case(unit: UnitOfWork, correction_id: str, version: int) -> Case | None:
    correction = await unit.corrections.get(correction_id)
    if not _is_wanted(correction, version):
        return None
    draft = await unit.drafts.get(correction.draft_id)
    if draft.message_ts is None or draft.current_revision_id is None:
        return None
    own = next(
        (each for each in await unit.drafts.revisions_of(draft.id) if each.correction_id == correction_id),
        None,
    )
    base_id = own.parent_id if own is not None and own.parent_id else draft.current_revision_id
    task = (await read_tasks(unit, draft.workspace_id)).get(draft.task)
    tone = await read_tone(unit, draft)
    return Case(draft, correction, await unit.drafts.revision(base_id), own, task, tone)


def _is_wanted(correction: Correction, version: int) -> bool:
    return correction.version == version and not is_taken_back(correction)


def _failure_key(correction_id: str, version: int) -> str:
    return f"revise:{correction_id}:{version}:failed"


def _version_of(revision: Revision) -> int:
    return int(json.loads(revision.prompt or "{}").get("correction_version", 0))
