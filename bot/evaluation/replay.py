"""Writes past drafts once more, as a release would: what the gate, trials and the playbook trainer compare."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.drafts.prompt_maker import MENTION, PromptMaker
from bot.drafts.prompt_parts import Prompt
from bot.drafts.release_spec import ReleaseSpec
from bot.drafts.writing import write
from bot.evaluation.exercises import HELD_OUT, TRAIN, Exercise, drafts_of_seat, read_exercises
from bot.evaluation.memos import Answer, Memos, key_of
from bot.learning.sayings.patterns import conformed
from bot.llm.chat_model import ChatModel, ModelCutOff, ModelEmpty, ModelRefused, ModelUse
from storage.engine import Database
from storage.models import Draft

__all__ = ["Exercise", "Replay", "Written"]

_PAGE: Final = 50  # drafts that are read at once, until there are enough


@dataclass(frozen=True, slots=True)
class Written:
    """What a release wrote: a text as people would read it, or the code of why there is none."""

    text: str | None
    failure: str | None = None


class Replay:
    """Writes drafts anew; nothing is posted, and the drafts stay as they are.

    The prompt is what production would build for that release now: today's rules and examples, without the draft
    itself among the examples. Rules that people taught by these very drafts are live for every release alike: so
    differences are fair, and absolute figures flatter.
    """

    def __init__(
        self,
        database: Database,
        *,
        prompts: PromptMaker,
        models: Callable[[ModelUse], ChatModel],
        clock: Callable[[], datetime],
    ) -> None:
        """Take what it needs; `models` gives the model that a release uses."""
        self._database = database
        self._prompts = prompts
        self._models = models
        self._memos = Memos(database, clock=clock)

    async def exercises(
        self,
        workspace_id: str,
        *,
        version_id: str,
        split: str = HELD_OUT,
        task: str = "",
        limit: int | None = None,
    ) -> list[Exercise]:
        """Return the exercises of a frozen dataset version, always in the same order; see `read_exercises`.

        Args:
            workspace_id: whose version.
            version_id: the version.
            split: held_out, or train; what is for training leaves out verified drafts.
            task: of the seat: only drafts of this task; "" for every task without a seat of its own.
            limit: the most exercises.
        """
        async with self._database.read() as unit:
            draft_ids = await drafts_of_seat(
                unit, workspace_id, version_id=version_id, split=split, task=task
            )
            found: list[Exercise] = []
            for start in range(0, len(draft_ids), _PAGE):
                page = draft_ids[start : start + _PAGE]
                found += await read_exercises(unit, workspace_id, draft_ids=page, with_anchors=split != TRAIN)
                if limit is not None and len(found) >= limit:
                    break
        return found[:limit]

    async def exercises_of(self, workspace_id: str, *, draft_ids: Collection[str]) -> list[Exercise]:
        """Return the exercises that some drafts make."""
        async with self._database.read() as unit:
            return await read_exercises(unit, workspace_id, draft_ids=draft_ids)

    async def write(self, exercise: Exercise, spec: ReleaseSpec, *, run_id: str, seed: int = 0) -> Written:
        """Write an exercise's draft; see `write_draft`."""
        return await self.write_draft(exercise.draft_id, spec, run_id=run_id, seed=seed)

    async def write_draft(self, draft_id: str, spec: ReleaseSpec, *, run_id: str, seed: int = 0) -> Written:
        """Write a draft as a release would; the same question is put to the model once per run.

        Args:
            draft_id: whose brief.
            spec: the release.
            run_id: what the answers are kept for, and go with.
            seed: tells several texts for the same question apart; endpoints are not told.

        Raises:
            BotError: the model did not answer, which says nothing about the release (see `bot.llm.chat_model`). A
                refusal, an empty text and one that breaks off are its own failures, and returned as such.
            NotFound: there is no such draft.
        """
        async with self._database.read() as unit:
            draft = await unit.drafts.get(draft_id)
        prompt = await self._prompts.make(draft, spec)
        key = key_of(prompt.messages, use=spec.use, sampling=(spec.temperature, spec.max_tokens), seed=seed)
        answer = await self._memos.find(draft.workspace_id, key=key, run_id=run_id)
        if answer is None:
            answer = await self._ask(draft, prompt, spec)
            answer = await self._memos.keep(draft.workspace_id, key=key, run_id=run_id, answer=answer)
        if answer.text is None:
            return Written(None, answer.failure)
        return Written(conformed(prompt.answer(answer.text), prompt.rules).text)

    async def _ask(self, draft: Draft, prompt: Prompt, spec: ReleaseSpec) -> Answer:
        try:
            completion = await write(
                self._models(spec.use),
                prompt,
                max_tokens=spec.max_tokens,
                temperature=spec.temperature,
                about=MENTION.sub("", draft.brief or ""),
            )
        except (ModelRefused, ModelEmpty, ModelCutOff) as error:
            return Answer(None, error.code)
        return Answer(completion.text, None)
