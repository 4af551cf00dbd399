"""The answer to `/draftloop help`: what to type, and what people can do without typing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from bot.slack.text import escape

TITLE: Final = "What you can do with Draftloop"
ON_DRAFTS: Final = (
    "*On any draft:* 👍 or 👎, stars, *Use this*, *Edit*, *Improve a line*, or reply in its thread with a better text or "
    "a wish. I revise the draft and learn from it."
)
ASKING: Final = (
    "*Without a command:* mention me with what you need, use *Draft a reply* in a message's menu, or *New draft* in "
    "the shortcuts."
)
PER_SECTION: Final = 10  # commands per section block: far below 3,000 characters


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command as it is typed, and what it does."""

    usage: str
    description: str
    for_admins: bool = False


@dataclass(frozen=True, slots=True)
class HelpCard:
    """What one person may do in one place; `notes` say why that is not all."""

    lines: Sequence[CommandLine]
    may_ask: bool = True
    notes: Sequence[str] = ()


def build_commands(card: HelpCard) -> list[dict[str, Any]]:
    """Build the blocks of the help text."""
    everybody = [line for line in card.lines if not line.for_admins]
    admins = [line for line in card.lines if line.for_admins]
    blocks: list[Block] = [HeaderBlock(text=PlainTextObject(text=TITLE, emoji=True)), *_sections(everybody)]
    if admins:
        blocks += [_note("*For admins, like you*"), *_sections(admins)]
    blocks += [_note(words) for words in (*card.notes, *_without_typing(card))]
    return [block.to_dict() for block in blocks]


def build_commands_text(card: HelpCard) -> str:
    """Build the plain text of the help text."""
    return "\n".join([TITLE, *map(_line, card.lines), *card.notes, *_without_typing(card)])


def _without_typing(card: HelpCard) -> list[str]:
    return [ON_DRAFTS, ASKING] if card.may_ask else [ON_DRAFTS]


def _sections(lines: Sequence[CommandLine]) -> list[Block]:
    chunks = [lines[start : start + PER_SECTION] for start in range(0, len(lines), PER_SECTION)]
    return [SectionBlock(text=MarkdownTextObject(text="\n".join(map(_line, chunk)))) for chunk in chunks]


def _line(line: CommandLine) -> str:
    return f"`{escape(line.usage)}`  {escape(line.description)}"


def _note(mrkdwn: str) -> ContextBlock:
    return ContextBlock(elements=[MarkdownTextObject(text=mrkdwn)])
