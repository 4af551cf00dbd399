"""How well thread replies are read, on the half of the labelled set that no rule was made for: `make bench`.

Two tables: the rules on all of it, and the embedded model on those that the rules are not sure about (the only real
model that is at hand here; it is far too small for this, which is why the demo leaves replies to the rules).
"""

import asyncio
import importlib.util
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from bot.digests.figure import share
from bot.errors import BotError
from bot.feedback.interpret import INTERPRETATIONS, interpret
from bot.feedback.reading_prompt import ANSWER_TOKENS, SCHEMA, build_reading_prompt, reading_of
from bot.llm.embedded import MODEL, EmbeddedModel
from bot.llm.openai_chat import OpenAIChat
from bot.settings import Settings
from tests.labelled_replies import LabelledReply, labelled_replies


@dataclass(frozen=True)
class Read:
    """What a reply is, and what it was taken for; None: the model gave no answer that was asked for."""

    label: str
    kind: str | None
    sure: bool = True

    @property
    def right(self) -> bool:
        return self.label == self.kind


def by_rules(replies: Iterable[LabelledReply]) -> list[Read]:
    readings = ((one.label, interpret(one.reply, draft=one.draft)) for one in replies)
    return [Read(label, reading.kind, reading.sure) for label, reading in readings]


def unsure(replies: Iterable[LabelledReply]) -> list[LabelledReply]:
    return [one for one in replies if not interpret(one.reply, draft=one.draft).sure]


async def by_model(replies: Iterable[LabelledReply]) -> list[Read]:
    embedded = EmbeddedModel()
    model = OpenAIChat(Settings(_env_file=None, openai_base_url=await embedded.start(), openai_model=MODEL))
    try:
        return [Read(one.label, await ask(model, one)) for one in replies]
    finally:
        await model.close()
        await embedded.close()


async def ask(model: OpenAIChat, one: LabelledReply) -> str | None:
    prompt = build_reading_prompt(one.reply, draft=one.draft, brief=one.brief)
    try:
        answer = await model.complete(prompt, max_tokens=ANSWER_TOKENS, temperature=0, schema=SCHEMA)
        return reading_of(answer.text, reply=one.reply, draft=one.draft).kind
    except BotError:
        return None


def table(title: str, read: list[Read]) -> list[str]:
    sure = [one for one in read if one.sure]
    lines = [
        title,
        line("sure", len(sure), len(read)),
        line("right when sure", sum(one.right for one in sure), len(sure)),
        line("right when unsure", sum(one.right for one in read if not one.sure), len(read) - len(sure)),
        line("right of all", sum(one.right for one in read), len(read)),
    ]
    for kind in INTERPRETATIONS:
        right = sum(one.right for one in read if one.kind == kind)
        lines += [
            line(f"{kind}: precision", right, sum(one.kind == kind for one in read)),
            line(f"{kind}: recall", right, sum(one.label == kind for one in read)),
        ]
    return [*lines, f"  answers: {dict(Counter(one.kind for one in read))}"]


def line(name: str, part: int, of: int) -> str:
    figure = share(part, of=of)
    if figure.value is None or figure.low is None or figure.high is None:
        return f"  {name:24} \u2013"
    return f"  {name:24} {part:3}/{of:<3} {figure.value:.2f}  ({figure.low:.2f}-{figure.high:.2f})"


def test_the_rules_on_replies_they_were_not_made_for(benchmark):
    replies = labelled_replies("held_out")

    read = benchmark.pedantic(lambda: by_rules(replies), rounds=3)

    benchmark.extra_info["right"] = sum(one.right for one in read) / len(read)
    print("\n".join(table("Rules, held-out half (95 % intervals, Wilson)", read)))  # noqa: T201 - what a bench is for


@pytest.mark.model
@pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is None, reason="the embedded model is not installed"
)
def test_the_embedded_model_on_what_the_rules_are_not_sure_about(benchmark):
    replies = unsure(labelled_replies("held_out"))

    read = benchmark.pedantic(lambda: asyncio.run(by_model(replies)), rounds=1)

    guessed = sum(one.right for one in by_rules(replies))
    told = table(f"{MODEL}, the {len(replies)} that the rules are unsure about (they guess {guessed})", read)
    print("\n".join(told))  # noqa: T201
    assert len(read) == len(replies)
