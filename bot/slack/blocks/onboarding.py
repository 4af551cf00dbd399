"""What the bot says when it comes into a channel: short, and only once."""

from typing import Any, Final

from bot.slack.pieces import built, button, buttons, section

Blocks = list[dict[str, Any]]
_WHO: Final = {
    "everybody": "",
    "reviewers": " Here the channel's reviewers and admins may ask.",
    "admins": " Here admins may ask.",
}
_STORED: Final = (
    "• What you say about drafts is stored and shapes the next ones. Would you rather not take part? Switch it off in "
    "my *Home* tab."
)
_IMPLICIT: Final = (
    "• I also notice when a draft is used, copied or left lying; that is kept apart from what you say."
)


def greeting(*, who_may_ask: str, implicit: bool) -> tuple[str, Blocks]:
    """Build the greeting; `implicit`: this workspace lets us notice what becomes of a draft."""
    lines = [
        "Hello! I write drafts with you, and what you say about them makes the next ones better.",
        f"• *Ask:* `/draft <what you need>`, or mention me with what you need.{_WHO.get(who_may_ask, '')}",
        "• *Correct:* reply in a draft's thread with better words or a wish, or press *Edit*. 👍 and 👎 count, too.",
        _STORED,
        *([_IMPLICIT] if implicit else []),
        "• `/draftloop help` shows what else you can do.",
    ]
    text = "\n".join(lines).replace("<what you need>", "&lt;what you need&gt;")
    ask = button("greeting_new_draft", "New draft", value="new")
    return text, built(section(text), *buttons(ask))
