"""The request for a review, in a draft's thread: who is asked, and how to say no."""

from collections.abc import Sequence
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
)

from bot.slack.pieces import built, button, section

Blocks = list[dict[str, Any]]
_WISH: Final = "A 👍 or 👎 on the draft is enough; better words in this thread are better still."
NOBODY_LEFT: Final = "Nobody needs to look at this draft any more. Whoever wants to may, of course."
NOT_YOURS: Final = (
    "These buttons are for the people who are asked here. Your opinion on the draft is just as welcome."
)
NOT_NOW: Final = "All right, not this one. I will ask you again another time."
STOPPED: Final = "I will not ask you again. What you say about drafts counts as before."


def review_request(
    draft_id: str, *, people: Sequence[str], round_of: str, taking_over: bool
) -> tuple[str, Blocks]:
    """Build the request; `round_of` tells the requests of one draft apart, `people` are those still asked."""
    if not people:
        return NOBODY_LEFT, built(section(NOBODY_LEFT))
    names = _listed([f"<@{user_id}>" for user_id in people])
    question = "could you have a look instead?" if taking_over else "what do you think of this draft?"
    text = f"{names}, {question} {_WISH}"
    value = f"{draft_id}:{round_of}"
    buttons = [
        button("review_not_now", "Not now", value=value),
        button("review_stop", "Stop asking", value=value),
    ]
    return text, built(section(text), ActionsBlock(elements=buttons))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
