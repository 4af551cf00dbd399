"""The product's way of learning, in process: its patterns, distiller, decisions, playbook and prompts, without Slack.

No database and no queues, so it is quick enough to tune by; `real.py` plays the same world through the whole bot. It
shares the pure parts only: what the database adds (holds, polls, undo) is not here.
"""

from collections import defaultdict
from collections.abc import Collection, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.drafts.prompt import build_draft_prompt
from bot.learning.examples.examples import Example
from bot.learning.examples.lessons import Lesson
from bot.learning.house_rule import HouseRule, Saying
from bot.learning.rules.deciding import Decision, decide
from bot.learning.rules.evidence import Evidence
from bot.learning.rules.letting_stand import KEPT
from bot.learning.rules.trusting import trusted
from bot.learning.sayings.distil import DistilCase, Distiller
from bot.learning.sayings.patterns import conformed
from bot.learning.sayings.sayings import sayings_in
from bot.learning.scopes import Cell
from bot.llm.chat_model import Completion
from bot.scoring.influence import fingerprint_of
from bot.team.tasks import Task
from tests.benchmarks.teamsim.features import phrase
from tests.benchmarks.teamsim.model import ScriptedModel, changed, heard_in
from tests.benchmarks.teamsim.world import Ask, Feedback, World

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
EXAMPLES = 4
EVERYTHING = 8  # corrections after which every topic is decided anew
OTHERS = 50  # lessons of the same place that a new one is read together with


class InProcess:
    """The scripted model as the product's `ChatModel`, without HTTP."""

    name = "scripted"

    def __init__(self, model: ScriptedModel) -> None:
        self._model = model

    async def complete(self, messages: Sequence[Any], **more: Any) -> Completion:
        request: dict[str, Any] = {
            "messages": [{"role": one.role, "content": one.content} for one in messages]
        }
        if more.get("schema") is not None:
            request["response_format"] = {"type": "json_schema"}
        return Completion(self._model.answer(request), "scripted", 0, 0)


@dataclass
class _Taken:
    """A correction that was taken in."""

    ask: Ask
    lesson: Lesson
    observed: list[Evidence] = field(default_factory=list)
    is_example: bool = True


class Spoken:
    """Learns as the product does, but only from what people say: what they let stand speaks for nothing."""

    name = "spoken"

    def __init__(self, world: World, model: ScriptedModel, *, distils: bool = True) -> None:
        self._model = model
        self._distiller = Distiller(InProcess(model)) if distils else None
        self._taken: list[_Taken] = []
        self._drafts: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._before: dict[str, int] = {}
        self._decided: dict[str, Decision] = {}

    def draft(self, ask: Ask) -> str:
        """Write a draft with the rules that hold, and the examples that fit."""
        rules = self.rules_for(ask)
        prompt = build_draft_prompt(
            Task(ask.cell[1], ask.cell[1], "Write it."),
            brief=ask.brief,
            rules=rules,
            examples=self._examples(ask),
        )
        request = {"messages": [{"role": one.role, "content": one.content} for one in prompt.messages]}
        self._drafts[ask.cell] += 1
        return conformed(prompt.answer(self._model.answer(request)), rules).text

    def learn(self, ask: Ask, text: str, feedback: Feedback) -> None:
        """Take in a correction; thumbs teach no rule."""
        if feedback.kind not in ("edit", "wish"):
            return
        taken = _Taken(ask, _lesson(ask, text, feedback))
        others = [one.lesson for one in reversed(self._taken) if one.is_example and one.ask.cell == ask.cell][
            :OTHERS
        ]
        said = list(self._said(taken, others))
        self._before[taken.lesson.correction_id] = self._drafts[ask.cell]
        taken.observed = [self._observed(taken, one) for one in _once(said)]
        self._taken.append(taken)
        self._decide({one.topic for one in taken.observed})

    def _said(self, taken: _Taken, others: Sequence[Lesson]) -> Iterator[Saying]:
        return self._read(taken, others)

    def _read(self, taken: _Taken, others: Sequence[Lesson]) -> Iterator[Saying]:
        yield from sayings_in(taken.lesson, others=others)
        yield from self._distilled(taken)

    def rules_for(self, ask: Ask) -> tuple[HouseRule, ...]:
        """Return the rules that hold for a draft, the narrowest of each topic."""
        cell = _cell(ask)
        found: list[HouseRule] = []
        for number, (topic, decision) in enumerate(sorted(self._decided.items()), 1):
            holding = [one for one in decision.wanted if one.is_active and one.scope.covers(cell)]
            if holding:
                best = max(holding, key=lambda one: one.scope.narrowness)
                found.append(HouseRule(topic, number, topic, best.side.stance, best.side.text, best.scope))
        return tuple(sorted(found, key=lambda rule: -rule.scope.narrowness))

    def _decide(self, touched: Collection[str]) -> None:
        """Decide anew what was spoken about; now and then everything, as evidence fades and trust changes."""
        evidence = [self._aged(one) for taken in self._taken for one in taken.observed]
        topics: defaultdict[str, list[Evidence]] = defaultdict(list)
        for one in trusted(evidence):
            if one.topic in touched or len(self._taken) % EVERYTHING == 0:
                topics[one.topic].append(one)
        self._decided |= {topic: decide(said) for topic, said in topics.items()}

    def _aged(self, one: Evidence) -> Evidence:
        place = one.cell.channel_id, one.cell.task
        return replace(one, age=float(self._drafts[place] - self._before[one.edit]))

    def _distilled(self, taken: _Taken) -> Sequence[Saying]:
        if self._distiller is None:
            return ()
        lesson = taken.lesson
        is_rewrite = lesson.kind == "rewrite"
        case = DistilCase(
            brief=lesson.brief,
            draft=lesson.draft,
            kind=lesson.kind,
            better=lesson.text if is_rewrite else "",
            wish="" if is_rewrite else lesson.text,
            rules=self.rules_for(taken.ask),
        )
        return _finished(self._distiller.distil(case))

    def _observed(self, taken: _Taken, said: Saying) -> Evidence:
        lesson = taken.lesson
        return Evidence(
            user_id=lesson.user_id,
            cell=_cell(taken.ask),
            topic=said.topic,
            stance=said.stance,
            text=said.text,
            source=said.source,
            edit=lesson.correction_id,
            at=BEGAN + taken.ask.at,
            fingerprint=fingerprint_of(lesson.text) if lesson.kind == "instruction" else "",
        )

    def _examples(self, ask: Ask) -> tuple[Example, ...]:
        """Return the latest corrections of the same channel and task, then of the same task."""
        near = sorted(
            (one for one in self._taken if one.is_example and one.ask.task == ask.task),
            key=lambda one: (one.ask.channel == ask.channel, one.ask.number),
            reverse=True,
        )
        return tuple(_example(one.lesson) for one in near[:EXAMPLES])


class Product(Spoken):
    """Learns as the product does: a rule that a draft followed and its reader let stand counts as seen once more.

    Let stand: the reader accepted the draft, or rewrote it and said nothing about that rule's topic.
    """

    name = "quick"

    def __init__(self, world: World, model: ScriptedModel) -> None:
        super().__init__(world, model)
        self._sighted: tuple[HouseRule, ...] = ()

    def draft(self, ask: Ask) -> str:
        """Remember which rules the draft saw."""
        self._sighted = self.rules_for(ask)
        return super().draft(ask)

    def learn(self, ask: Ask, text: str, feedback: Feedback) -> None:
        """Take in an acceptance besides."""
        super().learn(ask, text, feedback)
        if feedback.kind == "up":
            accepted = _Taken(
                ask, _lesson(ask, text, Feedback(feedback.user, "edit", text)), is_example=False
            )
            self._before[accepted.lesson.correction_id] = self._drafts[ask.cell]
            accepted.observed = [self._observed(accepted, one) for one in self._kept(spoken=())]
            self._taken.append(accepted)

    def _said(self, taken: _Taken, others: Sequence[Lesson]) -> Iterator[Saying]:
        said = list(self._read(taken, others))
        yield from said
        if taken.lesson.kind == "rewrite":
            yield from self._kept(spoken={one.topic for one in said})

    def _kept(self, *, spoken: Collection[str]) -> Iterator[Saying]:
        for rule in self._sighted:
            if rule.topic not in spoken:
                yield Saying(rule.topic, rule.stance, rule.text, KEPT)


class WellRead(Product):
    """As the product, but what a correction says is read off without fault: what deciding alone costs."""

    name = "well-read"

    def _read(self, taken: _Taken, others: Sequence[Lesson]) -> Iterator[Saying]:
        lesson = taken.lesson
        is_rewrite = lesson.kind == "rewrite"
        found = changed(lesson.draft, lesson.text) if is_rewrite else heard_in([lesson.text])
        for name, value in found.items():
            yield Saying(name, str(value), phrase(name, value=value), "seen" if is_rewrite else "stated")


def _finished(work: Coroutine[Any, Any, Sequence[Saying]]) -> Sequence[Saying]:
    """Run a coroutine that waits for nothing, as everything is in process."""
    try:
        work.send(None)
    except StopIteration as end:
        said: Sequence[Saying] = end.value
        return said
    raise AssertionError("It waited for something.")


def _cell(ask: Ask) -> Cell:
    return Cell(*ask.cell, f"U{ask.requester}")


def _lesson(ask: Ask, text: str, feedback: Feedback) -> Lesson:
    return Lesson(
        kind="rewrite" if feedback.kind == "edit" else "instruction",
        draft_id=f"D{ask.number:04}",
        correction_id=f"K{ask.number:04}",
        user_id=f"U{feedback.user}",
        brief=ask.brief,
        draft=text,
        text=feedback.text,
    )


def _example(lesson: Lesson) -> Example:
    is_rewrite = lesson.kind == "rewrite"
    return Example(
        kind=lesson.kind,
        draft_id=lesson.draft_id,
        brief=lesson.brief,
        draft=lesson.draft,
        wish="" if is_rewrite else lesson.text,
        better=lesson.text if is_rewrite else "",
    )


def _once(said: Sequence[Saying]) -> list[Saying]:
    """Keep one saying per topic: what patterns found comes before what the model read."""
    kept: dict[str, Saying] = {}
    for one in said:
        kept.setdefault(one.topic, one)
    return list(kept.values())
