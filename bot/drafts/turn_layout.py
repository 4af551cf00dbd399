"""The layout `turns`, for small local models: each example is a turn of the conversation that the brief continues.

Models of a few hundred million parameters ignore rules and sections, but write the next turn like those before it.
The price: people's texts are turns here, not escaped data in a section of their own, so an example could tell the
model something. That is weaker than `sections`; what marks a turn in the usual chat templates is taken apart, so that
no text can begin one. Use it only for a model too small for `sections`.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.drafts.prompt_parts import (
    Material,
    Prompt,
    as_of_today,
    count_tokens,
    fitting,
    names_of,
    newest_lines,
)
from bot.learning.examples.examples import Example
from bot.learning.house_rule import HouseRule
from bot.learning.sayings.passing_rules import shown_by, without_stated
from bot.learning.sayings.patterns import conformed
from bot.llm.chat_model import ChatMessage
from bot.team.tasks import TASKS, Task

_ORDER: Final = "You are Draftloop, which writes drafts for a team in Slack. Task: {name}. {what} Stop after three sentences."
_TONE: Final = " Tone: {tone}."
_LONGEST_WHAT: Final = 300  # characters of a team's own instructions: a small model loses itself in more
_WHAT: Final = {
    "reply": "Write a short reply for the conversation.",
    "announcement": "Write a short post for the channel.",
    "release-notes": "Write short release notes, one line per change.",
    "social-post": "Write one short post for a social network.",
    "resume-bullet": "Write one line for a résumé with the facts that you are given.",
    "plain": "Write a short post for the channel.",
}
_POSTS: Final = (  # brief, news, and the rest of a usual post
    (
        "Announce that the new handbook is online",
        "The new handbook is online.",
        "Please let us know if you have any questions!",
    ),
    (
        "Tell the team that the kitchen is closed on Tuesday",
        "The kitchen is closed on Tuesday.",
        "Thank you for your understanding!",
    ),
)
_OWN: Final = {"announcement": _POSTS, "plain": _POSTS, "social-post": _POSTS}
_ENOUGH: Final = (
    3  # examples, ours among them: with fewer, a small model rambles on or takes over an example's topic.
)
_ALONE: Final = (
    "{brief}. Write it in two or three sentences."  # What examples show, the first draft has to be told.
)
_REVISION_ORDER: Final = (
    "You edit short texts. Write the text again with the change that is asked for, and nothing else."
)
_REVISION: Final = "Text: {text}\n\nChange: {wish}\n\nWrite the changed text."
_TURN_MARK: Final = re.compile(
    r"<(?=\||/?s>|(?:start|end)_of_turn>|/?(?:system|user|assistant)>)|\[(?=/?(?:INST|SYSTEM_PROMPT)\])",
    re.IGNORECASE,
)


def draft_prompt(task: Task, material: Material, *, tokens: int) -> Prompt:
    """Build the prompt for a new draft; the most telling example stands last, where it is followed best.

    Only examples with a better text are shown, as the rules would have it today, behind some of our own that are
    written by the rules too: that is how a model hears of rules which it would ignore if they were told. What no rule
    says is shown as in the most telling example, so that all of them show one style. A model that was trained on the
    team's texts needs none of ours, which would show it half of what it knows.
    """
    order = ChatMessage("system", _order(task, tone=material.tone))
    better = [one for one in material.examples if one.better]
    style = (*material.rules, *without_stated(shown_by(better), brief=material.brief))
    with_text = as_of_today(better, style)
    left = tokens - _size([order, _asked(material.brief, context="", alone=True)])
    context = newest_lines(material.context, size=count_tokens, tokens=left // 2)
    left -= _size([_asked("", context=context, alone=False)])
    examples = fitting(with_text, size=lambda some: _size(_turns(some)), tokens=left)
    turns = _turns(examples)
    missing = 0 if material.tuned else _ENOUGH - len(examples)
    ours = _own_turns(task, style, number=missing, tokens=left - _size(turns))
    asked = _asked(material.brief, context=context, alone=not (turns or ours))
    return Prompt(
        (order, *ours, *turns, asked),
        task.name,
        material.release,
        examples,
        material.rules,
        names_of(context=context != material.context, examples=examples != with_text),
        "turns",
        material.tone,
    )


def revision_prompt(task: Task, *, text: str, wish: str, release: str) -> Prompt:
    """Build the short prompt that changes a text as somebody wishes."""
    asked = _REVISION.format(text=_defused(text), wish=_defused(wish))
    messages = (ChatMessage("system", _REVISION_ORDER), ChatMessage("user", asked))
    return Prompt(messages, task.name, release, layout="turns")


def _order(task: Task, *, tone: str) -> str:
    """Return the short order: our own words for our tasks, the beginning of the team's words for theirs."""
    ours = TASKS.get(task.name)
    is_ours = ours is not None and ours.instructions == task.instructions
    what = _WHAT[task.name] if is_ours else f"{_one_line(task.instructions).rstrip('.')}."
    order = _ORDER.format(name=task.name, what=what)
    return order + (_TONE.format(tone=_one_line(tone).rstrip(".")) if tone else "")


def _one_line(text: str) -> str:
    """Return the whole sentences, or else the words, at the beginning of a text."""
    line = _defused(" ".join(text.split()))
    if len(line) <= _LONGEST_WHAT:
        return line
    kept = line[:_LONGEST_WHAT]
    return kept[: kept.rfind(". ") + 1] or f"{kept.rpartition(' ')[0] or kept}…"


def _turns(examples: Sequence[Example]) -> list[ChatMessage]:
    """Return the examples as a conversation, the first of them last."""
    turns: list[ChatMessage] = []
    for example in reversed(examples):
        turns += _turn(example.brief, example.better)
    return turns


def _own_turns(task: Task, rules: Sequence[HouseRule], *, number: int, tokens: int) -> list[ChatMessage]:
    """Return examples of our own where those of the channel are too few to show a form: as many as fit."""
    is_short = any((rule.topic, rule.stance) == ("length", "short") for rule in rules)
    turns: list[ChatMessage] = []
    for brief, news, more in _OWN.get(task.name, ())[: max(0, number)]:
        text = news if is_short else f"Hi everyone! {news} {more}"
        turn = _turn(brief, conformed(text, rules).text)
        turns += turn if _size([*turns, *turn]) <= tokens else []
    return turns


def _turn(brief: str, text: str) -> list[ChatMessage]:
    return [ChatMessage("user", _defused(brief)), ChatMessage("assistant", _defused(text))]


def _asked(brief: str, *, context: str, alone: bool) -> ChatMessage:
    words = _defused(brief).strip()
    order = _ALONE.format(brief=words.rstrip(".!")) if alone else words
    return ChatMessage("user", f"{_defused(context)}\n\n{order}" if context else order)


def _size(messages: Sequence[ChatMessage]) -> int:
    return sum(count_tokens(message.content) for message in messages)


def _defused(text: str) -> str:
    """Take apart what begins or ends a turn in the usual chat templates: servers read it as one wherever it stands."""
    return _TURN_MARK.sub(lambda found: f"{found[0]} ", text)
