"""Writes the text of a draft: prompt, model, revision."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime

from bot.drafts.progress import Progress
from bot.drafts.prompt_maker import MENTION, PromptMaker
from bot.drafts.prompt_parts import Prompt
from bot.drafts.writing import write
from bot.learning.house_rule import HouseRule
from bot.learning.sayings.patterns import conformed
from bot.llm.chat_model import ChatModel, Completion, OnText
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
        model: ChatModel,
        threads: Threads,
        prompts: PromptMaker,
        max_tokens: int,
        clock: Callable[[], datetime],
        progress: Progress | None = None,
    ) -> None:
        """Take what it needs; without `progress` nobody sees the text before it is whole."""
        self._database = database
        self._model = model
        self._threads = threads
        self._prompts = prompts
        self._max_tokens = max_tokens
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

        Raises:
            BotError: the model did not write; see `bot.llm.chat_model`.
        """
        draft = await self._draft(draft_id)
        if draft.current_revision_id:
            return draft.current_revision_id
        prompt = await self._prompts.make(draft)
        about = MENTION.sub("", draft.brief or "")
        async with self._watched(draft, prompt) as on_text:
            completion = await write(
                self._model, prompt, max_tokens=self._max_tokens, about=about, on_text=on_text
            )
        return await self._keep(draft, prompt, completion)

    def _watched(self, draft: Draft, prompt: Prompt) -> AbstractAsyncContextManager[OnText | None]:
        return self._progress.of(draft, prompt) if self._progress else nullcontext()

    async def _draft(self, draft_id: str) -> Draft:
        async with self._database.read() as unit:
            return await unit.drafts.get(draft_id)

    async def _keep(self, draft: Draft, prompt: Prompt, completion: Completion) -> str:
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
                current.current_revision_id = (await unit.drafts.add_revision(revision)).id
                await self._note_sightings(unit, draft, rules=prompt.rules, changed_by=written.changed_by)
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
