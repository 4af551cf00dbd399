"""The note behind *Why this draft?*."""

from collections.abc import Sequence
from typing import Any, Final

from slack_sdk.models.blocks import ContextBlock, DividerBlock, MarkdownTextObject, SectionBlock

from bot.slack.text import escape

_MOST_LINES: Final = 20
_LONGEST_LINE: Final = 300


def why_blocks(*, task: str, release: str, model: str, lines: Sequence[str]) -> list[dict[str, Any]]:
    """Build the note; each line tells of one thing in the prompt and may hold mentions, so it comes escaped."""
    heading = f"*Why this draft?*\nTask *{escape(task)}*, release *{escape(release)}*, model {escape(model)}."
    listed = "\n".join(f"• {line[:_LONGEST_LINE]}" for line in lines[:_MOST_LINES])
    shown = listed[:2900] or "Nobody's corrections were in the prompt yet. Yours can be the first."
    return [
        block.to_dict()
        for block in (
            SectionBlock(text=MarkdownTextObject(text=heading[:2900])),
            DividerBlock(),
            SectionBlock(text=MarkdownTextObject(text=shown)),
            ContextBlock(elements=[MarkdownTextObject(text="Only you can see this.")]),
        )
    ]
