"""The form *Emoji*: what counts today, the workspace's own lines, and how I understand them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, DividerBlock, PlainTextObject

from bot.slack.fields import Modal, joined, modal, note, section, text_field
from bot.slack.text import escape

LONGEST_TEXT: Final = 3_000
_SHOWN: Final = 2_800
_EXAMPLE: Final = (
    ":eyes: = positive\n:thinking_face: = negative\n:rotating_light: = flag:unsafe\n:rocket: = none"
)
_HINT: Final = (
    "One emoji per line: positive, negative, approval, 1 to 5, flag, flag:biased (inaccurate, unsafe, off_brand, "
    "private_data), or none for an emoji that should say nothing. Skin tones and other names of the same emoji count alike."
)
_SAVING: Final = (
    "Saving changes what counts from now on. What stands already keeps counting as it was recorded."
)


@dataclass(frozen=True, slots=True)
class EmojiGroup:
    """Emoji that say the same, by name; `meaning` is mrkdwn."""

    meaning: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmojiLine:
    """How one line was understood: the emoji and what it will say, or what is wrong (mrkdwn, not escaped)."""

    number: int
    name: str = ""
    meaning: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class EmojiForm:
    """What the form shows; `preview` is None until somebody asks for it."""

    counts: tuple[EmojiGroup, ...]
    typed: str
    preview: tuple[EmojiLine, ...] | None = None
    will_count: tuple[EmojiGroup, ...] = ()


def emoji_modal(form: EmojiForm, *, metadata: str) -> Modal:
    """Build the form."""
    heading = "*What counts today*" if form.preview is None else "*What would count*"
    groups = form.counts if form.preview is None else form.will_count
    field = text_field(
        "emoji",
        "Your own emoji",
        longest=LONGEST_TEXT,
        text=form.typed,
        example=_EXAMPLE[:150],
        hint=_HINT,
        multiline=True,
        optional=True,
    )
    preview = ButtonElement(action_id="settings_emoji_preview", text=PlainTextObject(text="Preview"))
    blocks = [
        field,
        ActionsBlock(block_id="emoji_preview", elements=[preview]),
        *_preview(form.preview),
        DividerBlock(),
        section(f"{heading}\n{_groups(groups)}"),
        note(_SAVING),
    ]
    return modal("settings_emoji_modal", "Emoji", blocks=blocks, metadata=metadata, submit="Save")


def _groups(groups: Sequence[EmojiGroup]) -> str:
    room = _SHOWN // max(1, len(groups))
    lines = [
        f"{group.meaning}:  {joined([f':{name}:' for name in group.names], limit=max(60, room - len(group.meaning)))}"
        for group in groups
    ]
    return "\n".join(lines) or "Nothing: people vote with the buttons alone."


def _preview(lines: Sequence[EmojiLine] | None) -> list[Block]:
    """Build how the lines were understood: the wrong ones first."""
    if lines is None:
        return []
    wrong = [line for line in lines if line.problem]
    right = [f":{line.name}: → {line.meaning}" for line in lines if not line.problem]
    told = [f":warning: Line {line.number}: {escape(line.problem)}" for line in wrong]
    if not lines:
        return [section("*Preview*\nNothing of your own: the usual ones count as they are.")]
    verdict = (
        f"{len(wrong)} of {len(lines)} lines cannot be saved yet." if wrong else "All of it can be saved."
    )
    return [section(f"*Preview*  {verdict}\n{joined([*told, *right], limit=_SHOWN, between=chr(10))}")]
