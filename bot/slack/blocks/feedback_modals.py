"""The modals of feedback: edit, flag, reason."""

from collections.abc import Mapping, Sequence
from typing import Final

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
)

from bot.slack.fields import Modal, modal, section

LONGEST_INPUT: Final = 3_000
LONGEST_COMMENT: Final = 500
LONGEST_REASON: Final = 1_000


def edit_modal(pieces: Sequence[str], *, metadata: str) -> Modal:
    """Build the modal with the whole text; a long one stands in several fields, in order."""
    blocks = [_text_field(number, piece, of=len(pieces)) for number, piece in enumerate(pieces)]
    return modal("draft_edit_modal", "Edit the draft", submit="Save", blocks=blocks, metadata=metadata)


def too_long_modal() -> Modal:
    """Build what is shown instead when a text does not fit a modal."""
    words = (
        "This text is longer than a Slack window can hold. Please reply in its thread: write what should be "
        "different, or paste the part as it should be."
    )
    return modal("draft_too_long", "Edit the draft", blocks=[section(words)], metadata="")


def flag_modal(choices: Mapping[str, str], *, chosen: str | None, metadata: str) -> Modal:
    """Build the modal that asks what is wrong, with room for a comment."""
    options = {
        value: Option(text=PlainTextObject(text=label), value=value) for value, label in choices.items()
    }
    radio = RadioButtonsElement(
        action_id="category", options=list(options.values()), initial_option=options.get(chosen or "")
    )
    comment = PlainTextInputElement(action_id="comment", multiline=True, max_length=LONGEST_COMMENT)
    blocks = [
        InputBlock(block_id="category", label="What is wrong with it?", element=radio),
        InputBlock(block_id="comment", label="Anything to add?", element=comment, optional=True),
    ]
    return modal("flag_modal", "Flag a problem", submit="Flag", blocks=blocks, metadata=metadata)


def reason_modal(draft_id: str) -> Modal:
    """Build the one short box after a 👎."""
    reason = PlainTextInputElement(
        action_id="reason",
        multiline=True,
        max_length=LONGEST_REASON,
        placeholder=PlainTextObject(text="For example: shorter, and without the marketing words"),
    )
    blocks = [InputBlock(block_id="reason", label="What should be different?", element=reason)]
    return modal("reason_modal", "Tell me why", submit="Send", blocks=blocks, metadata=draft_id)


def _text_field(number: int, piece: str, *, of: int) -> Block:
    element = PlainTextInputElement(
        action_id=f"text_{number}", multiline=True, max_length=LONGEST_INPUT, initial_value=piece or None
    )
    label = "The text" if of == 1 else f"The text, part {number + 1} of {of}"
    return InputBlock(block_id=f"text_{number}", label=label, element=element, optional=of > 1)
