"""What a correction taught, in its draft's thread; the question where a rule should hold; what admins are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextObject,
    RadioButtonsElement,
)

from bot.slack.blocks.stats import cut
from bot.slack.fields import Modal, modal
from bot.slack.fields import section as paragraph
from bot.slack.pieces import built, button, buttons, note, section
from bot.slack.text import escape

Blocks = list[dict[str, Any]]
# follows: drafts follow it; unsure: it needs more people or drafts; undecided: a poll or more corrections decide.
Standing = Literal["follows", "unsure", "undecided", "needs_admin", "no_room", "undone", "outvoted", "gone"]

MOST_LINES: Final = 3
LONGEST_QUOTE: Final = 300
STALE_NOTE: Final = "The correction behind this was changed or taken back since, so it does not count for what was learned here."
_HEADS: Final[Mapping[Standing, str]] = {
    "follows": "*Learned:*",
    "undecided": "*Noted:*",
    "needs_admin": "*Noted:*",
    "no_room": "*Noted:*",
}
_AFTER: Final[Mapping[Standing, str]] = {
    "undecided": "Not a rule yet: people here want different things, so I wait or ask the channel.",
    "needs_admin": "Not a rule yet: in this channel an admin decides about rules.",
    "undone": "Undone: drafts no longer follow it.",
    "no_room": "Not a rule yet: there are as many rules as drafts can follow, and it waits until one of them goes.",
    "outvoted": "No rule: the channel decided otherwise.",
    "gone": "No rule any more.",
}
_UNDO: Final[Mapping[Standing, str]] = {
    "follows": "Undo",
    "undecided": "Not a rule",
    "needs_admin": "Not a rule",
    "no_room": "Not a rule",
}
_INNER_QUOTES: Final = str.maketrans("“”", "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}")
_SMALL_PRINT: Final = "See, change or retire every rule with `/draftloop rules`."


@dataclass(frozen=True)
class LearnedLine:
    """A rule in the message; `text` is plain, `where` is mrkdwn, `value` is what its buttons carry."""

    text: str
    where: str
    standing: Standing
    value: str
    can_be_narrower: bool = True


@dataclass(frozen=True)
class Waiting:
    """A rule that waits for an admin: how many people's corrections speak for it, and where the last one stands."""

    text: str
    where: str
    people: int
    link: str | None = None


def learned_message(lines: Sequence[LearnedLine]) -> tuple[str, Blocks]:
    """Build what a correction taught, at most three rules; a rule that was undone stays there and says so."""
    told = [line for line in lines[:MOST_LINES] if line.standing != "unsure"]
    unsure = _unsure([line for line in lines[:MOST_LINES] if line.standing == "unsure"])
    blocks = [block for line in told for block in _line_blocks(line)]
    text = _sentence(told[0]) if told else unsure
    return text, built(*blocks, note(f"{unsure} {_SMALL_PRINT}".strip()))


def stale_message() -> tuple[str, Blocks]:
    """Build what stands in place of a message whose correction is not what it was."""
    return STALE_NOTE, built(note(STALE_NOTE))


def too_broad_modal(choices: Mapping[str, str], *, text: str, where: str, metadata: str) -> Modal:
    """Build the question where a rule should hold; `choices` are labels by value, of which there is at least one."""
    options = [
        Option(text=PlainTextObject(text=cut(label, 75)), value=value) for value, label in choices.items()
    ]
    radio = RadioButtonsElement(action_id="scope", options=options, initial_option=options[0])
    blocks: list[Block] = [
        paragraph(f"{quoted(text)}\nIt holds {where} now."),
        InputBlock(block_id="scope", label="Where should it hold instead?", element=radio),
    ]
    return modal("too_broad_modal", "Too broad", submit="Save", blocks=blocks, metadata=metadata)


def waiting_message(rule: Waiting, *, value: str) -> tuple[str, Blocks]:
    """Build what the admin channel is asked about a rule; `value` is what the buttons carry."""
    text = f"*A rule waits for an admin:* {quoted(rule.text)} · {rule.where}"
    said = "1 person's corrections say" if rule.people == 1 else f"{rule.people} people's corrections say"
    link = f" <{rule.link}|The latest one>." if rule.link else ""
    pressed = (
        button("learned_approve", "Approve", value=value, style="primary"),
        button("learned_dismiss", "Dismiss", value=value),
    )
    return text, built(section(f"{text}\n{said} so.{link}"), *buttons(*pressed))


def answered_message(rule: Waiting, *, approved: bool, admin_id: str) -> tuple[str, Blocks]:
    """Build what is left of that question once an admin has answered it."""
    word = "approved" if approved else "dismissed"
    after = "Drafts follow it from now on." if approved else "It is no rule."
    text = f"{quoted(rule.text)} · {rule.where}\n{word.capitalize()} by <@{admin_id}>. {after}"
    return f"A rule was {word}: {quoted(rule.text)}", built(section(text))


def quoted(text: str) -> str:
    """Return a rule's words as they are shown: in one line, not too long, escaped, in quotes (those within are single)."""
    line = " ".join(text.split()).translate(_INNER_QUOTES)
    return f"“{cut(escape(line), LONGEST_QUOTE) or '…'}”"


def _unsure(lines: Sequence[LearnedLine]) -> str:
    """Say what is not known well enough yet, in small print: most of it comes to nothing."""
    if not lines:
        return ""
    listed, it = (
        " · ".join(quoted(line.text) for line in lines),
        "it counts" if len(lines) == 1 else "each counts",
    )
    return f"*Noted:* {listed} Not a rule yet: {it} once another person, or a correction of another draft, says the same."


def _line_blocks(line: LearnedLine) -> list[Block]:
    if line.standing not in _HEADS:
        return [section(_sentence(line))]
    undo = button("learned_undo", _UNDO[line.standing], value=line.value)
    narrow = button("learned_too_broad", "Too broad", value=line.value)
    shows_both = line.standing == "follows" and line.can_be_narrower
    return [section(_sentence(line)), *buttons(undo, *((narrow,) if shows_both else ()))]


def _sentence(line: LearnedLine) -> str:
    if line.standing not in _HEADS:
        return f"~{quoted(line.text)}~ {_AFTER[line.standing]}"
    told = f"{_HEADS[line.standing]} {quoted(line.text)} · {line.where}"
    return f"{told}\n{_AFTER[line.standing]}" if line.standing in _AFTER else told
