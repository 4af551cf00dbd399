"""The answer to `/draftloop help`: what to type, and what people can do without typing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

TITLE = "What Draftloop can do"
HOW_TO = (
    "*On any draft:* 👍 or 👎, stars, *Use this*, *Edit*, or reply in its thread with a better text or an "
    "instruction. I revise the draft and learn from it.\n"
    "*Mention me* in a channel or thread with what you need, or use *Draft a reply* in a message's menu."
)
PER_SECTION = 10  # commands per section block: far below 3,000 characters


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command as it is typed, and what it does."""

    usage: str
    description: str
    for_admins: bool = False


def build_commands(lines: Sequence[CommandLine]) -> list[dict[str, Any]]:
    """Build the blocks of the help text."""
    chunks = [lines[start : start + PER_SECTION] for start in range(0, len(lines), PER_SECTION)]
    blocks: list[Block] = [HeaderBlock(text=PlainTextObject(text=TITLE, emoji=True))]
    blocks += [SectionBlock(text=MarkdownTextObject(text="\n".join(map(_line, chunk)))) for chunk in chunks]
    blocks += [ContextBlock(elements=[MarkdownTextObject(text=HOW_TO)])]
    return [block.to_dict() for block in blocks]


def build_commands_text(lines: Sequence[CommandLine]) -> str:
    """Build the plain text of the help text."""
    return "\n".join([TITLE, *map(_line, lines), HOW_TO])


def _line(line: CommandLine) -> str:
    admins = " _(admins)_" if line.for_admins else ""
    return f"`{_escape(line.usage)}`  {_escape(line.description)}{admins}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
