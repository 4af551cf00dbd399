"""The question of a blind trial: a request, two texts for it, and which one is better. Which release wrote which is never told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    DividerBlock,
    InputBlock,
    MarkdownBlock,
    PlainTextInputElement,
    PlainTextObject,
)

from bot.slack.fields import Modal, cut, modal
from bot.slack.markdown import to_slack
from bot.slack.pieces import built, button, note, section
from bot.slack.text import defuse, escape, split_text

Blocks = list[dict[str, Any]]
LONGEST_REASON: Final = 200
_LONGEST_BRIEF: Final = 600
_LONGEST_TEXT: Final = 5_500  # Of each: all markdown of a message is 12,000 at most.
_CHOICES: Final[Mapping[str, str]] = {
    "a": "A is better",
    "b": "B is better",
    "tie": "Tie",
    "both_bad": "Both bad",
}
_CHOSEN: Final[Mapping[str, str]] = {
    "a": "You chose *A*.",
    "b": "You chose *B*.",
    "tie": "You chose *tie*.",
    "both_bad": "You chose *both bad*.",
}
_HOW: Final = "Both texts are new, and who wrote which is not told. One press is enough, and you can change it until this closes."
_CHANGE: Final = "You can change it until this closes; then it counts."
CLOSED: Final = "Thank you! This comparison is closed."
OVER: Final = "This comparison is closed. Thank you all the same!"
NOT_NOW: Final = "All right, not this one."
STOPPED: Final = "I will not ask you again. What you say about drafts counts as before."
NOT_COUNTED: Final = "You have opted out, so this does not count. You can opt in again in my Home tab, and then change your choice here."


@dataclass(frozen=True, slots=True)
class TrialQuestion:
    """A pair as one person sees it.

    Args:
        pair_id: the pair.
        channel_id: where the request was made.
        brief: the request, plain.
        first, second: the texts shown as A and B.
        chosen: what this person pressed, if anything: a, b, tie, both_bad.
        has_reason: whether they said why.
        counts: whether their choice counts; not that of people who opted out.
    """

    pair_id: str
    channel_id: str
    brief: str
    first: str
    second: str
    chosen: str | None = None
    has_reason: bool = False
    counts: bool = True


def trial_question(asked: TrialQuestion) -> tuple[str, Blocks]:
    """Build the question, or what it is once its person has chosen."""
    text = f"Which of these two drafts is better? Both are for a request in <#{asked.channel_id}>."
    return text, built(
        section(
            f"*Which of these two drafts is better?* Both are for this request in <#{asked.channel_id}>:"
        ),
        section(_quote(asked.brief)),
        *_side("A", asked.first),
        *_side("B", asked.second),
        DividerBlock(),
        *_answers(asked),
    )


def trial_closed(*, voted: bool) -> tuple[str, Blocks]:
    """Build what becomes of the question once its pair is closed: thanks, and no figures."""
    text = CLOSED if voted else OVER
    return text, built(note(text))


def trial_reason_modal(pair_id: str) -> Modal:
    """Build the one line in which somebody says why."""
    reason = PlainTextInputElement(
        action_id="reason",
        max_length=LONGEST_REASON,
        placeholder=PlainTextObject(text="For example: B names the date, A does not"),
    )
    blocks = [InputBlock(block_id="reason", label="Why is it better?", element=reason)]
    return modal("trial_reason_modal", "Say why", submit="Send", blocks=blocks, metadata=pair_id)


def _quote(brief: str) -> str:
    lines = escape(cut(brief.strip(), _LONGEST_BRIEF)).splitlines() or ["…"]
    return "\n".join(f"> {line}" for line in lines)


def _side(name: str, text: str) -> list[Block]:
    parts = split_text(defuse(to_slack(text)), _LONGEST_TEXT)
    shown: list[Block] = [
        DividerBlock(),
        section(f"*{name}*"),
        MarkdownBlock(text=parts[0] if parts else "…"),
    ]
    left = sum(len(part.split()) for part in parts[1:])
    return [*shown, note(f"{name} goes on for {left} more words.")] if left else shown


def _answers(asked: TrialQuestion) -> list[Block]:
    marks = {name: f"✓ {label}" if name == asked.chosen else label for name, label in _CHOICES.items()}
    choices = [button(f"trial_vote_{name}", label, value=asked.pair_id) for name, label in marks.items()]
    if asked.chosen is None:
        more = [button("trial_not_now", "Not now"), button("trial_stop", "Stop asking")]
    else:
        more = [button("trial_reason", "Change why" if asked.has_reason else "Say why (optional)")]
    for element in more:
        element.value = asked.pair_id
    return [ActionsBlock(elements=choices), ActionsBlock(elements=more), note(_small_print(asked))]


def _small_print(asked: TrialQuestion) -> str:
    if asked.chosen is None:
        return _HOW
    return f"{_CHOSEN[asked.chosen]} {_CHANGE if asked.counts else NOT_COUNTED}"
