"""Where candidates of the playbook are measured and thought up: every answer of a model is kept while the run lasts."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from bot.evaluation.exercises import Exercise
from bot.evaluation.memos import Answer, Memos, key_of
from bot.evaluation.replay import Replay
from bot.evaluation.scorers import score_of
from bot.llm.chat_model import ModelCutOff, ModelEmpty, ModelRefused, ModelUse
from bot.training.trainers.playbook_meter import Meter
from bot.training.trainers.playbook_plan import Candidate, Plan
from bot.training.trainers.playbook_proposals import (
    ANSWER_TOKENS,
    KEEP,
    SCHEMA,
    TEMPERATURE,
    Case,
    Proposal,
    build_proposal_prompt,
    proposal_in,
    taken,
)

AT_ONCE: Final = 4  # drafts that are written side by side
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Measured:
    """A draft as a candidate wrote it, and what it is worth from 0 to 1."""

    exercise: Exercise
    text: str | None
    score: float


class Bench:
    """One run's search as far as this process knows it: what a restart forgets, the memos still know."""

    def __init__(
        self,
        plan: Plan,
        *,
        workspace_id: str,
        exercises: Sequence[Exercise],
        replay: Replay,
        memos: Memos,
        meter: Meter,
    ) -> None:
        known = {one.draft_id: one for one in exercises}
        self.plan = plan
        self.meter = meter
        self.reflected = [known[one] for one in plan.reflected if one in known]
        self.validated = [known[one] for one in plan.validated if one in known]
        self._workspace_id = workspace_id
        self._replay = replay
        self._memos = memos
        self._measured: dict[tuple[str, str], Measured] = {}

    async def measure(self, exercises: Sequence[Exercise], candidate: Candidate) -> list[Measured]:
        """Return what a candidate makes of some exercises, in their order; one that comes twice is written once."""
        turns = asyncio.Semaphore(AT_ONCE)
        different = {one.draft_id: one for one in exercises}
        measured = await all_or_none([self._measure(one, candidate, turns) for one in different.values()])
        by_draft = {one.exercise.draft_id: one for one in measured}
        return [by_draft[one.draft_id] for one in exercises]

    async def propose(
        self, candidate: Candidate, component: str, *, seen: Sequence[Measured], number: int
    ) -> str:
        """Return a component's next text; the same question has another answer under another number."""
        cases = [Case(one.exercise.brief, one.text or "", one.exercise.target) for one in seen]
        others = self.plan.standing(candidate, without=component)
        messages = build_proposal_prompt(candidate[component], rules=others, cases=cases)
        key = key_of(messages, use=ModelUse(), sampling=(TEMPERATURE, ANSWER_TOKENS), seed=number)
        answer = await self._memos.find(self._workspace_id, key=key, run_id=self.plan.run_id)
        if answer is None:
            answer = await self._memos.keep(
                self._workspace_id, key=key, run_id=self.plan.run_id, answer=await self._ask(messages)
            )
        return taken(self.plan, candidate, component, proposal=_read(answer))

    async def _measure(self, exercise: Exercise, candidate: Candidate, turns: asyncio.Semaphore) -> Measured:
        spec = self.plan.written(candidate)
        key = (exercise.draft_id, spec.fingerprint)
        if key not in self._measured:
            async with turns:
                written = await self._replay.write(exercise, spec, run_id=self.plan.run_id)
            score = score_of(exercise, written.text).total
            self._measured[key] = Measured(exercise, written.text, score)
        return self._measured[key]

    async def _ask(self, messages: Any) -> Answer:
        model = self.meter.using(ModelUse())
        try:
            completion = await model.complete(
                messages, max_tokens=ANSWER_TOKENS, temperature=TEMPERATURE, schema=SCHEMA
            )
        except (ModelRefused, ModelEmpty, ModelCutOff) as error:
            return Answer(None, error.code)
        return Answer(completion.text, None)


async def all_or_none(calls: Sequence[Coroutine[Any, Any, _Result]]) -> list[_Result]:
    """Return all results in order, or raise the first failure once every call is over: each is paid for already."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        await asyncio.wait(tasks)
    finally:
        for task in tasks:
            task.cancel()  # Only where somebody stopped waiting: else they are done.
        await asyncio.gather(*tasks, return_exceptions=True)
    return [task.result() for task in tasks]


def _read(answer: Answer) -> Proposal:
    return KEEP if answer.text is None else proposal_in(answer.text)
