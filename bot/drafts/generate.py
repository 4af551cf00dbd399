"""Writes the text of a draft: prompt, model, revision."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime

from bot.drafts.casting import Cast, Casting
from bot.drafts.progress import Progress
from bot.drafts.prompt_maker import MENTION, PromptMaker
from bot.drafts.prompt_parts import Prompt
from bot.drafts.writing import write
from bot.learning.house_rule import HouseRule
from bot.learning.sayings.patterns import conformed
from bot.llm.chat_model import ChatModels, Completion, OnText
from bot.slack.threads import Threads
from storage.engine import Database
from storage.models import Draft, Revision
from storage.unit_of_work import UnitOfWork


class Generator:
    """Turns a kept ask into a first text; every method may run twice and does its work once."""

    def __init__(
        self,
        database: Database,
        *,
        models: ChatModels,
        threads: Threads,
        prompts: PromptMaker,
        casting: Casting,
        clock: Callable[[], datetime],
        progress: Progress | None = None,
    ) -> None:
        """Take what it needs; without `progress` nobody sees the text before it is whole."""
        self._database = database
        self._models = models
        self._threads = threads
        self._prompts = prompts
        self._casting = casting
        self._clock = clock
        self._progress = progress

    async def take_thread(self, draft_id: str) -> None:
        """Keep the conversation that the draft was asked in as its context, if it was asked in one."""
        draft = await self._draft(draft_id)
        if draft.thread_ts is None or draft.context is not None:
            return
        context = await self._threads.read(
            draft.workspace_id,
            channel_id=draft.channel_id,
            thread_ts=draft.thread_ts,
            without=draft.message_ts,  # Our own placeholder.
        )
        async with self._database.begin() as unit:
            (await unit.drafts.lock(draft_id)).context = context

    async def generate(self, draft_id: str) -> str:
        """Write the draft's first text and return its revision's id.

        The release on the draft's seat writes. When the seat moves meanwhile, the text is written again: whoever
        promotes a release or rolls one back sees it from the next draft on.

        Raises:
            BotError: the model did not write; see `bot.llm.chat_model`.
        """
        draft = await self._draft(draft_id)
        revision_id = draft.current_revision_id
        while revision_id is None:
            cast = await self._casting.assign(draft)
            prompt = await self._prompts.make(draft, cast.spec)
            revision_id = await self._keep(draft, cast, prompt, await self._write(draft, cast, prompt))
        return revision_id

    async def _write(self, draft: Draft, cast: Cast, prompt: Prompt) -> Completion:
        async with self._watched(draft, prompt) as on_text:
            return await write(
                self._models.using(cast.spec.use),
                prompt,
                max_tokens=cast.spec.max_tokens,
                temperature=cast.spec.temperature,
                about=MENTION.sub("", draft.brief or ""),
                on_text=on_text,
            )

    def _watched(self, draft: Draft, prompt: Prompt) -> AbstractAsyncContextManager[OnText | None]:
        return self._progress.of(draft, prompt) if self._progress else nullcontext()

    async def _draft(self, draft_id: str) -> Draft:
        async with self._database.read() as unit:
            return await unit.drafts.get(draft_id)

    async def _keep(self, draft: Draft, cast: Cast, prompt: Prompt, completion: Completion) -> str | None:
        """Keep the text, unless there is one; None when another release writes by now."""
        written = conformed(prompt.answer(completion.text), prompt.rules)
        revision = Revision(
            workspace_id=draft.workspace_id,
            draft_id=draft.id,
            kind="generated",
            text=written.text,
            prompt=prompt.to_json(changed_by=written.changed_by),
            model=completion.model,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            created_at=self._clock(),
        )
        async with self._database.begin() as unit:
            current = await unit.drafts.lock(draft.id)
            if current.current_revision_id is None:
                if not await self._casting.settle(unit, current, cast):
                    return None
                current.current_revision_id = (await unit.drafts.add_revision(revision)).id
                # What only a release has, or words its own way, says nothing about the playbook's rule.
                seen = [rule for rule in prompt.rules if rule.id not in prompt.by_release]
                await self._note_sightings(unit, draft, rules=seen, changed_by=written.changed_by)
            return current.current_revision_id

    async def _note_sightings(
        self,
        unit: UnitOfWork,
        draft: Draft,
        *,
        rules: Sequence[HouseRule],
        changed_by: Sequence[HouseRule],
    ) -> None:
        await unit.sightings.record(
            draft.workspace_id,
            draft_id=draft.id,
            rule_ids=[rule.id for rule in rules],
            changed_by={rule.id for rule in changed_by},
            now=self._clock(),
        )
