"""Builds prompts: what the model is to do, and all that people wrote for it, in one of two layouts.

`sections` (the default) keeps our instructions and people's texts strictly apart: `section_layout`. `turns` is for
small local models, which follow examples only when those look like a conversation: `turn_layout`.
"""

from collections.abc import Sequence
from typing import Final

from bot.drafts import section_layout, turn_layout
from bot.drafts.prompt_parts import Layout, Material, Prompt
from bot.learning.examples.examples import Example
from bot.learning.house_rule import HouseRule
from bot.team.tasks import Task

PROMPT_TOKENS: Final = 6_000
TURNS_TOKENS: Final = 2_000  # A small model's window, less the longest brief's share and the answer's.


def build_draft_prompt(  # noqa: PLR0913 - A prompt has that many parts.
    task: Task,
    *,
    brief: str,
    context: str = "",
    examples: Sequence[Example] = (),
    rules: Sequence[HouseRule] = (),
    release: str = "base",
    tone: str = "",
    layout: Layout = "sections",
    tuned: bool = False,
    tokens: int | None = None,
) -> Prompt:
    """Build the prompt for a new draft.

    It stands in this order: the task's instructions, the channel's tone, rules (the narrowest first), examples (the
    most telling first), the context, the brief. Where that is more than `tokens` it is cut by this priority:

    1. instructions, tone and brief are never cut;
    2. the context may take half of what they leave: its newest lines;
    3. rules take what they need of the rest, whole ones, in the order given;
    4. examples take what is left then, whole ones, in the order given.

    A rule or an example that does not fit makes room for the next one that does; `Prompt.trimmed` names what was cut.
    """
    material = Material(brief, context, tuple(examples), tuple(rules), release, tone, tuned)
    if layout == "turns":
        return turn_layout.draft_prompt(task, material, tokens=TURNS_TOKENS if tokens is None else tokens)
    return section_layout.draft_prompt(task, material, tokens=PROMPT_TOKENS if tokens is None else tokens)


def build_revision_prompt(
    task: Task,
    *,
    brief: str,
    text: str,
    wish: str,
    release: str = "base",
    tone: str = "",
    layout: Layout = "sections",
) -> Prompt:
    """Build the prompt that rewrites `text` as `wish` asks; nothing in it is cut."""
    if layout == "turns":  # A small model changes too much as it is: it hears of the wish alone.
        return turn_layout.revision_prompt(task, text=text, wish=wish, release=release)
    material = Material(brief, release=release, tone=tone)
    return section_layout.revision_prompt(task, material, text=text, wish=wish)
