"""Turns a correction into a revised draft and shows it in the draft's thread."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.drafts.prompt import Prompting
from bot.drafts.publish import draft_message, parts_of, thread_of
from bot.drafts.revision_text import Case, RevisionWriter, Written
from bot.learning.diffs import edit_distance, readable_diff
from bot.llm.chat_model import ChatModel
from bot.slack.blocks.draft import (
    LONGEST_PART,
    fallback,
    note_blocks,
    part_blocks,
    revision_blocks,
    revision_failed_blocks,
)
from bot.slack.messenger import Messenger
from bot.slack.text import defuse, split_text
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Draft, Revision
from storage.unit_of_work import UnitOfWork


class Reviser:
    """Revises drafts; every method may run twice and does its work once."""

    def __init__(
        self,
        database: Database,
        *,
        model: ChatModel,
        messenger: Messenger,
        max_tokens: int,
        clock: Callable[[], datetime],
        prompting: Prompting = Prompting(),  # noqa: B008 - It is frozen.
    ) -> None:
        self._database = database
        self._writer = RevisionWriter(model, max_tokens=max_tokens, layout=prompting.layout)
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
        return await self._keep(case, await self._writer.write(case))

    async def show(self, correction_id: str, version: int, revision_id: str) -> int:
        """Post the revised text in the draft's thread, with what changed; return the number of messages."""
        async with self._database.read() as unit:
            revision = await unit.drafts.revision(revision_id)
            draft = await unit.drafts.get(revision.draft_id)
            before = (await unit.drafts.revision(revision.parent_id or "")).text or ""
        after = revision.text or ""
        parts = parts_of(after)
        diff = _diff(before, after)
        fits = len(parts) == 1 and len(parts[0]) + len(diff) <= LONGEST_PART
        blocks = revision_blocks(
            parts[0],
            about=_about(before, after),
            diff=diff if fits else "",
            model=revision.model or "",
            parts=len(parts),
        )
        key = f"revise:{correction_id}:{version}"
        # Each is noted as it stands there: people may react to the first while Slack lets the next ones wait.
        await self._note(draft, revision, 0, await self._post(draft, fallback(parts[0]), blocks, key))
        for part, text in enumerate(parts[1:], start=1):
            ts = await self._post(draft, fallback(text), part_blocks(text), f"{key}:{part}")
            await self._note(draft, revision, part, ts)
        changes = [] if fits else split_text(f"**What changed**\n\n{diff}", LONGEST_PART)
        for number, text in enumerate(changes, start=len(parts)):
            await self._post(draft, fallback(text), part_blocks(text), f"{key}:{number}")
        await self._quieten(draft, _failure_key(correction_id, version))
        return len(parts) + len(changes)

    async def explain(self, correction_id: str, version: int, sentence: str) -> None:
        """Say kindly in the thread that the revision did not work."""
        async with self._database.read() as unit:
            correction = await unit.corrections.get(correction_id)
            draft = await unit.drafts.get(correction.draft_id)
        told = f"Your correction is kept, but I could not write the new text. {sentence}"
        blocks = revision_failed_blocks(told, correction_id=correction_id, version=version)
        await self._post(draft, told, blocks, _failure_key(correction_id, version))

    async def _keep(self, case: Case, written: Written) -> str:
        """Keep the text as the correction's one revision, and make it the draft's current text."""
        async with self._database.begin() as unit:
            draft = await unit.drafts.lock(case.draft.id)
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

    async def _note(self, draft: Draft, revision: Revision, part: int, ts: str) -> None:
        async with self._database.begin() as unit:
            message = draft_message(draft, ts, part=part, revision_id=revision.id, kind="revision")
            await unit.drafts.add_message(message)


async def _case(unit: UnitOfWork, correction_id: str, version: int) -> Case | None:
    correction = await unit.corrections.get(correction_id)
    is_current = correction.version == version and correction.state == "standing"
    if not is_current or correction.interpretation not in ("rewrite", "instruction"):
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
    return Case(draft, correction, await unit.drafts.revision(base_id), own, task)


def _failure_key(correction_id: str, version: int) -> str:
    return f"revise:{correction_id}:{version}:failed"


def _version_of(revision: Revision) -> int:
    return int(json.loads(revision.prompt or "{}").get("correction_version", 0))


def _diff(before: str, after: str) -> str:
    return defuse(readable_diff(before, after)) if before != after else ""


def _about(before: str, after: str) -> str:
    changed = round(100 * edit_distance(before, after))
    return (
        f"Revised from your correction · {changed}% changed" if before != after else "Nothing to change here"
    )
