"""Writes the text of a revision: a rewrite word for word, an instruction by edit patterns or through the model."""

import json
from dataclasses import dataclass
from typing import Any

from bot.drafts.prompt import build_revision_prompt
from bot.drafts.prompt_parts import Layout
from bot.drafts.writing import write
from bot.learning.lessons import lesson_of
from bot.learning.patterns import conformed, find_rules
from bot.learning.wishes import edited
from bot.llm.chat_model import ChatModel
from bot.team.tasks import Task
from storage.models import Correction, Draft, Revision


@dataclass(frozen=True)
class Case:
    """A correction with all that its revision is made from."""

    draft: Draft
    correction: Correction
    base: Revision  # the text that is corrected
    own: Revision | None  # what an earlier version of this correction came to
    task: Task


@dataclass(frozen=True)
class Written:
    """The text of a revision, and how it came about."""

    text: str
    prompt: dict[str, Any]
    model: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class RevisionWriter:
    """Writes what a correction wants."""

    def __init__(self, model: ChatModel, *, max_tokens: int, layout: Layout) -> None:
        self._model = model
        self._max_tokens = max_tokens
        self._layout = layout

    async def write(self, case: Case) -> Written:
        """Write the text.

        A small model (`turns`) is only asked for what edit patterns do not cover: it would change too much.

        Raises:
            BotError: the model did not write; see `bot.llm.chat_model`.
        """
        wish, base = case.correction.text or "", case.base.text or ""
        if case.correction.interpretation == "rewrite":
            return Written(wish, {"messages": [], "examples": [], **_about(case)})
        text = edited(base, wish=wish) if self._layout == "turns" else None
        if text is None:
            return await self._ask(case, base=base, wish=wish)
        return Written(text, {"messages": [], "examples": [], "edited_by": "patterns", **_about(case)})

    async def _ask(self, case: Case, *, base: str, wish: str) -> Written:
        prompt = build_revision_prompt(
            case.task,
            brief=case.draft.brief or "",
            text=base,
            wish=wish,
            release=case.draft.release,
            layout=self._layout,
        )
        completion = await write(self._model, prompt, max_tokens=self._max_tokens)
        # What the wish itself states holds; other rules do not: "leave out the last line" may be about one of them.
        rules = find_rules([lesson_of(case.draft, case.correction)])
        return Written(
            text=conformed(prompt.answer(completion.text), rules).text,
            prompt={**json.loads(prompt.to_json()), **_about(case)},
            model=completion.model,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
        )


def _about(case: Case) -> dict[str, Any]:
    return {"correction_version": case.correction.version}
