"""The note behind *Why this draft?*."""

from collections.abc import Sequence
from typing import Any, Final

from slack_sdk.models.blocks import DividerBlock

from bot.slack.pieces import built, button, buttons, note, section
from bot.slack.text import escape

_MOST_LINES: Final = 60
_LONGEST_LINE: Final = 300
_LONGEST_PART: Final = 2_900
_MOST_PARTS: Final = 6
_NOTHING: Final = "Nobody's corrections were in the prompt yet. Yours can be the first."


def why_blocks(
    *, task: str, release: str, model: str, lines: Sequence[str], verifies: str | None = None
) -> list[dict[str, Any]]:
    """Build the note; each line tells of one thing in the prompt and may hold mentions, so it comes escaped.

    `verifies` is the draft that whoever reads it may verify: only admins are shown those buttons.
    """
    heading = f"*Why this draft?*\nTask *{escape(task)}*, release *{escape(release)}*, model {escape(model)}."
    listed = [section(part) for part in _parts(lines)] or [section(_NOTHING)]
    return built(
        section(heading[:_LONGEST_PART]),
        DividerBlock(),
        *listed,
        *_verification(verifies),
        note("Only you can see this."),
    )


def _parts(lines: Sequence[str]) -> list[str]:
    """Put the lines together into as few paragraphs as Slack's limit allows; no line is cut in its middle twice."""
    parts: list[str] = []
    for line in lines[:_MOST_LINES]:
        bullet = f"• {_cut(line)}"
        if parts and len(parts[-1]) + len(bullet) < _LONGEST_PART:
            parts[-1] += f"\n{bullet}"
        else:
            parts.append(bullet)
    return parts[:_MOST_PARTS]


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"


def _verification(draft_id: str | None) -> list[Any]:
    if draft_id is None:
        return []
    return [
        note(
            "You are an admin: tell me for certain how good this draft is, and I can see whose judgement to rely on."
        ),
        *buttons(
            button("anchor_good", "Verified good", value=draft_id),
            button("anchor_bad", "Verified bad", value=draft_id),
        ),
    ]
