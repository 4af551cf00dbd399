"""The modal *New draft*: brief, task, channel."""

from collections.abc import Sequence
from typing import Any, Final

from slack_sdk.models.blocks import (
    ConversationFilter,
    ConversationSelectElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.slack.fields import select_field

LONGEST_INPUT: Final = 3_000


def new_draft_modal(
    tasks: Sequence[tuple[str, str]], *, task: str, channel_id: str | None = None, brief: str = ""
) -> dict[str, Any]:
    """Build the modal; `tasks` are (name, title), `task` is the one chosen to begin with."""
    view = View(
        type="modal",
        callback_id="new_draft_modal",
        title=PlainTextObject(text="New draft"),
        submit=PlainTextObject(text="Write it"),
        close=PlainTextObject(text="Not now"),
        blocks=[
            _brief(brief),
            select_field("task", "What kind of text?", choices=dict(tasks), chosen=task),
            _channel(channel_id),
        ],
    )
    built: dict[str, Any] = view.to_dict()
    return built


def _brief(brief: str) -> InputBlock:
    return InputBlock(
        block_id="brief",
        label=PlainTextObject(text="What should it say?"),
        element=PlainTextInputElement(
            action_id="brief",
            multiline=True,
            max_length=LONGEST_INPUT,
            initial_value=brief[:LONGEST_INPUT] or None,
            placeholder=PlainTextObject(text="The office opens at 9 on Monday because of the move"),
        ),
    )


def _channel(channel_id: str | None) -> InputBlock:
    known = channel_id if channel_id and channel_id[0] in "CG" else None  # The list holds no direct messages.
    return InputBlock(
        block_id="channel",
        label=PlainTextObject(text="Where should I post it?"),
        hint=PlainTextObject(text="I have to be a member of that channel."),
        element=ConversationSelectElement(
            action_id="channel",
            initial_conversation=known,
            default_to_current_conversation=None if known else True,
            filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
        ),
    )
