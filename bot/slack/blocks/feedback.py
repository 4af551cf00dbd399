"""Small notes about feedback, seen by one person: what a reply was taken for, and the question after a 👎."""

from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
)

from bot.slack.pieces import built, button, section

Blocks = list[dict[str, Any]]

_TAKEN_FOR: Final = {
    "rewrite": "I took your reply as the *better text*, and will use it as it is.",
    "instruction": "I took your reply as a *wish how to change the draft*, and will revise it.",
    "talk": "I took your reply as *just talk*, and leave the draft alone.",
}
_GUESSED: Final = "I was not sure about your reply."
_PUT_RIGHT_AS: Final = {
    "rewrite": "Your reply is now the *better text*, and I use it as it is.",
    "instruction": "Your reply is now a *wish how to change the draft*, and I revise it.",
    "talk": "Your reply is now *just talk*, and the draft stays as it is.",
}
_PUT_RIGHT: Final = {
    "rewrite": "It is the new text",
    "instruction": "It is a wish",
    "talk": "Just talk",
}


def reading_note(correction_id: str, *, reading: str, is_guess: bool = False) -> tuple[str, Blocks]:
    """Build the note that says what a reply was taken for, with a button for each other reading."""
    text = f"{_GUESSED} {_TAKEN_FOR[reading]}" if is_guess else _TAKEN_FOR[reading]
    return text, built(section(f"{text} Not right?"), _other_readings(correction_id, reading=reading))


def put_right_note(correction_id: str, *, reading: str) -> tuple[str, Blocks]:
    """Build what the note becomes after a press: what counts now, and a way to change that as well."""
    text = f"Thanks. {_PUT_RIGHT_AS[reading]}"
    return text, built(section(text), _other_readings(correction_id, reading=reading))


def reason_offer(draft_id: str) -> tuple[str, Blocks]:
    """Build the one question after a 👎."""
    text = "Thanks, your vote is counted. In one line: what should be different?"
    buttons = [
        button("reason_give", "Tell me why", value=draft_id, style="primary"),
        button("reason_not_now", "Not now", value=draft_id),
        button("reason_stop", "Stop asking", value=draft_id),
    ]
    return text, built(section(text), ActionsBlock(elements=buttons))


def _other_readings(correction_id: str, *, reading: str) -> ActionsBlock:
    buttons = [
        button(f"reply_is_{other}", label, value=f"{correction_id}:{other}")
        for other, label in _PUT_RIGHT.items()
        if other != reading
    ]
    return ActionsBlock(elements=buttons)
