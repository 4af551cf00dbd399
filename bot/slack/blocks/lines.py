"""Improving lines of a draft: the modals to pick and to change them, and the note with two other phrasings."""

from collections.abc import Sequence
from typing import Any, Final, Literal

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticMultiSelectElement,
)

from bot.slack.fields import modal
from bot.slack.pieces import built, button, note, section
from bot.slack.text import SECTION_LIMIT, escape

Wants = Literal["fix", "phrasing"]
Blocks = list[dict[str, Any]]
Modal = dict[str, Any]

LONGEST_INPUT: Final = 3_000
LONGEST_WISH: Final = 1_000
_LONGEST_OPTION: Final = 75
_LONGEST_QUOTE: Final = 400
_MOST_OPTIONS: Final = 100  # of a select without groups
_GROUP: Final = 50
_TITLES: Final = {"fix": "Improve a line", "phrasing": "Another phrasing"}
_WISH_EXAMPLE: Final = "For example: friendlier, and without the buzzwords"


def pick_modal(lines: Sequence[str], *, values: Sequence[str], wants: Wants, metadata: str) -> Modal:
    """Build the modal with the lines to pick from (at most 5,000); `values` are what each is called in the answer."""
    select = StaticMultiSelectElement(
        action_id="lines",
        placeholder=PlainTextObject(text="Pick from the draft"),
        **_choices(lines, values),
    )
    hint = PlainTextObject(text="One line, or several that stand together.")
    picking = InputBlock(block_id="lines", label="Which line?", element=select, hint=hint)
    if wants == "fix":
        return modal("lines_pick_modal", _TITLES[wants], submit="Next", blocks=[picking], metadata=metadata)
    wish = _wish_field("What should be different?", optional=True)
    expect = note("Two other phrasings come in a moment, as a note that only you see.")
    return modal(
        "phrasing_modal",
        _TITLES[wants],
        submit="Show me two",
        blocks=[picking, wish, expect],
        metadata=metadata,
    )


def fix_modal(lines: str, *, metadata: str) -> Modal:
    """Build the modal to write lines better, or to say what is wrong with them; a long text can only be talked about."""
    is_short = len(lines) < LONGEST_INPUT - _LONGEST_QUOTE  # Room to write more in the same input.
    better = PlainTextInputElement(
        action_id="better",
        multiline=True,
        max_length=LONGEST_INPUT,
        initial_value=lines if is_short else None,
    )
    writing: list[Block] = [
        InputBlock(block_id="better", label="Write it better", element=better),
        _wish_field("Or leave it, and say what is wrong", optional=True),
    ]
    talking: list[Block] = [
        section(f">{_quoted(lines)}"),
        note("This is longer than a field of a Slack window, so please say what to change about it."),
        _wish_field("What is wrong with it?", optional=False),
    ]
    blocks = writing if is_short else talking
    return modal("lines_fix_modal", _TITLES["fix"], submit="Send", blocks=blocks, metadata=metadata)


def too_many_lines_modal(wants: Wants) -> Modal:
    """Build what is shown instead when a text has more lines than a Slack window can list."""
    words = (
        "This text has more lines than a Slack window can show. Please reply in its thread: quote the line, and "
        "write what should be different."
    )
    return modal("lines_too_many", _TITLES[wants], blocks=[section(words)], metadata="")


def phrasings_note(request_id: str, *, lines: str, phrasings: Sequence[str]) -> tuple[str, Blocks]:
    """Build the note with other phrasings of some lines, each to be taken by a press."""
    text = "Two other ways to say it. Only you see this."
    none = button("phrasing_none", "None of them", value=request_id)
    blocks = [
        section(f"*{text}*\n>{_quoted(lines)}"),
        *(_phrasing(request_id, number, phrasing) for number, phrasing in enumerate(phrasings)),
        ActionsBlock(elements=[none]),
    ]
    return text, built(*blocks)


def no_phrasings_note(request_id: str, *, attempt: int, sentence: str) -> tuple[str, Blocks]:
    """Build the note that says why there are no other phrasings, with *Retry*."""
    text = f"I have no other phrasing for you this time. {sentence}"
    retry = button("phrasing_retry", "Retry", value=f"{request_id}:{attempt}", style="primary")
    return text, built(section(escape(text)[:SECTION_LIMIT]), ActionsBlock(elements=[retry]))


def _choices(lines: Sequence[str], values: Sequence[str]) -> dict[str, Any]:
    options = [
        Option(text=PlainTextObject(text=_label(number, line)), value=value)
        for number, (line, value) in enumerate(zip(lines, values, strict=True), start=1)
    ]
    alone = options if len(options) == 1 else None
    if len(options) <= _MOST_OPTIONS:
        return {"options": options, "initial_options": alone}
    return {"option_groups": [_group(options, start) for start in range(0, len(options), _GROUP)]}


def _group(options: Sequence[Option], start: int) -> OptionGroup:
    members = list(options[start : start + _GROUP])
    label = PlainTextObject(text=f"Lines {start + 1} to {start + len(members)}")
    return OptionGroup(label=label, options=members)


def _label(number: int, line: str) -> str:
    return _cut(f"{number} · {' '.join(line[:1_000].split())}", _LONGEST_OPTION)


def _phrasing(request_id: str, number: int, phrasing: str) -> Block:
    use = button(f"phrasing_use_{number}", "Use this one", value=request_id)
    text = PlainTextObject(text=_cut(phrasing, SECTION_LIMIT) or "…", emoji=True)
    return SectionBlock(text=text, accessory=use)


def _wish_field(label: str, *, optional: bool) -> Block:
    wish = PlainTextInputElement(
        action_id="wish",
        multiline=True,
        max_length=LONGEST_WISH,
        placeholder=PlainTextObject(text=_WISH_EXAMPLE),
    )
    return InputBlock(block_id="wish", label=label, element=wish, optional=optional)


def _quoted(lines: str) -> str:
    return escape(_cut(" ".join(lines[:10_000].split()), _LONGEST_QUOTE))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
