"""What admins see when they verified a draft, and the question that is put to people about one."""

from typing import Any, Final, Literal

from slack_sdk.models.blocks import ActionsBlock, MarkdownBlock

from bot.slack.pieces import built, button, note, section
from bot.slack.text import defuse

Blocks = list[dict[str, Any]]
_LONGEST: Final = 2_500
_WHY: Final = (
    "Your answer tells me how far I can rely on votes like yours. Nobody else sees it, and it changes nothing about "
    "the draft."
)
THANKS: Final = "Thank you! That helps me to weigh votes fairly."
NOT_NOW: Final = "All right, not this one."
STOPPED: Final = "I will not ask you again. What you say about drafts counts as before."
TAKEN_BACK: Final = "Taken back: this draft is not verified any more, and answers about it are forgotten."
NOTHING_TO_TAKE_BACK: Final = "This draft was not verified any more. Nothing has changed."


def anchor_marked(draft_id: str, *, verdict: Literal["good", "bad"]) -> tuple[str, Blocks]:
    """Build what tells an admin that a draft is verified now, with the way back."""
    text = (
        f"Noted: this draft is verified as *{verdict}*. From now on it tells how good judges the people are who say "
        "something of it. Only admins can do this, and it is in the audit log."
    )
    return text, built(section(text), ActionsBlock(elements=[button("anchor_undo", "Undo", value=draft_id)]))


def anchor_question(draft_id: str, *, text: str, channel_id: str) -> tuple[str, Blocks]:
    """Build the question whether a draft is good; `text` is the draft's, as it was verified."""
    asked = f"One quick question: is this draft from <#{channel_id}> good enough to use as it is?"
    answers = [
        button("anchor_answer_good", "Good", value=draft_id),
        button("anchor_answer_bad", "Not good", value=draft_id),
        button("anchor_not_now", "Not now", value=draft_id),
        button("anchor_stop", "Stop asking", value=draft_id),
    ]
    draft = MarkdownBlock(text=defuse(text[:_LONGEST]) or "…")
    return asked, built(section(asked), draft, ActionsBlock(elements=answers), note(_WHY))
