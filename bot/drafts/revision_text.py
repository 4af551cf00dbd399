"""Writes the text of a revision: a rewrite word for word, an instruction by edit patterns or through the model."""

import json
from dataclasses import dataclass, replace
from typing import Any

from bot.drafts.prompt import build_revision_prompt
from bot.drafts.release_spec import ReleaseSpec
from bot.drafts.writing import write
from bot.feedback.line_text import Span, bare_wish, carried_over, find_lines, with_lines
from bot.learning.examples.lessons import lesson_of
from bot.learning.sayings.passing_rules import stated_in
from bot.learning.sayings.patterns import conformed
from bot.learning.sayings.wishes import edited
from bot.llm.chat_model import ChatModels
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
    tone: str = ""  # the channel's


@dataclass(frozen=True)
class Written:
    """The text of a revision, and how it came about."""

    text: str
    prompt: dict[str, Any]
    model: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class RevisionWriter:
    """Writes what a correction wants, as the live release would."""

    def __init__(self, models: ChatModels) -> None:
        self._models = models

    async def write(self, case: Case, spec: ReleaseSpec) -> Written:
        """Write the text.

        A small model (`turns`) is only asked for what edit patterns do not cover, and shown no line that should stay
        as it is: it would change too much.

        Raises:
            BotError: the model did not write; see `bot.llm.chat_model`.
        """
        correction, base = case.correction, case.base.text or ""
        if correction.interpretation == "rewrite":
            return Written(_taken(correction, base), {"messages": [], "examples": [], **_about(case)})
        lines = _lines_in(base, correction) if spec.layout == "turns" else None
        if lines is None:
            return await self._change(case, spec, base, wish=correction.text or "")
        before = correction.lines_before or ""
        written = await self._change(case, spec, before, wish=bare_wish(correction.text or "", lines=before))
        return replace(written, text=with_lines(base, span=lines, lines=written.text))

    async def _change(self, case: Case, spec: ReleaseSpec, text: str, *, wish: str) -> Written:
        changed = edited(text, wish=wish) if spec.layout == "turns" else None
        if changed is None:
            return await self._ask(case, spec, base=text, wish=wish)
        return Written(changed, {"messages": [], "examples": [], "edited_by": "patterns", **_about(case)})

    async def _ask(self, case: Case, spec: ReleaseSpec, *, base: str, wish: str) -> Written:
        prompt = build_revision_prompt(
            case.task,
            brief=case.draft.brief or "",
            text=base,
            wish=wish,
            release=spec.name,
            tone=case.tone,
            layout=spec.layout,
        )
        completion = await write(
            self._models.using(spec.use), prompt, max_tokens=spec.max_tokens, temperature=spec.temperature
        )
        # What the wish itself states holds; other rules do not: "leave out the last line" may be about one of them.
        rules = stated_in(lesson_of(case.draft, case.correction))
        return Written(
            text=conformed(prompt.answer(completion.text), rules).text,
            prompt={**json.loads(prompt.to_json()), **_about(case)},
            model=completion.model,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
        )


def _about(case: Case) -> dict[str, Any]:
    return {"correction_version": case.correction.version}


def _taken(correction: Correction, base: str) -> str:
    """Return the text of a rewrite; one of lines goes into the text as it is by now, where others may have worked."""
    text, span = correction.text or "", _span(correction)
    if span is None:
        return text
    before, after = correction.lines_before or "", correction.lines_after or ""
    return carried_over(text, base=base, span=span, before=before, after=after)


def _lines_in(base: str, correction: Correction) -> Span | None:
    """Return where the lines that a correction is about stand in a text; None if it is about all, or they are gone."""
    span = _span(correction)
    return None if span is None else find_lines(base, lines=correction.lines_before or "", near=span)


def _span(correction: Correction) -> Span | None:
    if correction.first_line is None or correction.last_line is None:
        return None
    return Span(correction.first_line, correction.last_line)
