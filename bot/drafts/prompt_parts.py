"""What every layout of a prompt is made of, and what a revision keeps of it."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, TypeVar

from bot.learning.examples.examples import Example
from bot.learning.house_rule import HouseRule
from bot.learning.sayings.patterns import conformed
from bot.llm.chat_model import ChatMessage

CHARACTERS_PER_TOKEN: Final = 4  # An approximation that fits English; the endpoint counts for itself.

Layout = Literal["sections", "turns"]
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Material:
    """All that may go into the prompt of a draft.

    `rules` come with the narrowest first, as of two the earlier one counts; `examples` with the most telling first.
    """

    brief: str
    context: str = ""
    examples: tuple[Example, ...] = ()
    rules: tuple[HouseRule, ...] = ()
    release: str = "base"
    tone: str = ""  # how texts in this channel should sound, in an admin's words
    tuned: bool = False  # whether the model was trained on this team's texts


@dataclass(frozen=True)
class Prompt:
    """The messages for the model, and what went into them."""

    messages: tuple[ChatMessage, ...]
    task: str
    release: str
    examples: tuple[Example, ...] = ()
    rules: tuple[HouseRule, ...] = ()
    trimmed: tuple[str, ...] = ()  # what did not fit whole: `context`, `rules`, `examples`
    layout: Layout = "sections"
    tone: str = ""
    by_release: frozenset[str] = frozenset()  # ids of rules that only this release has, or words so

    def answer(self, text: str) -> str:
        """Return what the model wrote as people are to read it."""
        return unescape_data(text) if self.layout == "sections" else text

    def to_json(self, *, changed_by: Collection[HouseRule] = ()) -> str:
        """Return the prompt as a revision keeps it: what *Why this draft?* and the datasets read.

        `changed_by` are the rules that had to put the model's text right.
        """
        return json.dumps(
            {
                "messages": [{"role": each.role, "content": each.content} for each in self.messages],
                "layout": self.layout,
                "task": self.task,
                "release": self.release,
                "rules": [self._rule_origin(rule, changed_by=changed_by) for rule in self.rules],
                "examples": [_origin(example) for example in self.examples],
                "trimmed": list(self.trimmed),
                "tone": self.tone,
            },
            ensure_ascii=False,
        )

    def _rule_origin(self, rule: HouseRule, *, changed_by: Collection[HouseRule]) -> dict[str, Any]:
        origin = {
            "id": rule.id,
            "number": rule.number,
            "version": rule.version,
            "topic": rule.topic,
            "stance": rule.stance,
            "text": rule.text,
            "scope": asdict(rule.scope),
            "changed_text": rule in changed_by,
        }
        return {**origin, "by_release": True} if rule.id in self.by_release else origin


def _origin(example: Example) -> dict[str, Any]:
    return {
        "kind": example.kind,
        "draft_id": example.draft_id,
        "correction_id": example.correction_id,
        "user_id": example.user_id,
    }


def count_tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def escape_data(text: str) -> str:
    """Escape people's text so that it cannot hold a tag."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape_data(text: str) -> str:
    """Undo `escape_data`, for a model that answers in escaped characters all the same."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def newest_lines(text: str, *, size: Callable[[str], int], tokens: int) -> str:
    """Keep the last lines of a text that fit; `size` counts the tokens of the text where it will stand."""
    lines = text.splitlines()
    while lines and size("\n".join(lines)) > tokens:
        del lines[0]
    return text if len(lines) == len(text.splitlines()) else "\n".join(lines)


def fitting(
    items: Sequence[_Item], *, size: Callable[[Sequence[_Item]], int], tokens: int
) -> tuple[_Item, ...]:
    """Keep the items, whole ones in their order, that fit together."""
    kept: list[_Item] = []
    for item in items:
        if size([*kept, item]) <= tokens:
            kept.append(item)
    return tuple(kept)


def as_of_today(examples: Sequence[Example], rules: Sequence[HouseRule]) -> tuple[Example, ...]:
    """Return examples as the rules would have their texts today: one that shows the opposite would be followed too."""
    return tuple(
        replace(one, better=conformed(one.better, rules).text) if one.better else one for one in examples
    )


def names_of(**is_cut: bool) -> tuple[str, ...]:
    """Return the names of what was cut."""
    return tuple(name for name, cut in is_cut.items() if cut)
