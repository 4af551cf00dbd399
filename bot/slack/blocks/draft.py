"""The messages that show drafts: placeholder, draft with its controls, further parts, revision, failure."""

from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextActionsBlock,
    FeedbackButtonObject,
    FeedbackButtonsElement,
    MarkdownBlock,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from bot.slack.fields import cut
from bot.slack.pieces import built, note
from bot.slack.text import escape

# Slack takes 12,000 characters of markdown per message; room is left for its own counting of wide characters.
LONGEST_PART: Final = 11_000
_LONGEST_FALLBACK: Final = 3_000  # chat.update refuses a text of more than 4,000 characters.
_LONGEST_NAME: Final = 150
_LONGEST_SENTENCE: Final = 1_400  # Half of what Slack takes: it may count an emoji as two characters.
_STARS: Final = ("1", "2", "3", "4", "5")

Blocks = list[dict[str, Any]]


def draft_blocks(text: str, *, task: str, release: str, model: str = "", parts: int = 1) -> Blocks:
    """Build the message of a draft: what it is, its text (at most `LONGEST_PART`), its controls.

    `parts` is in how many messages the whole text stands.
    """
    about = " · ".join([f"*{_named(task)}*", _named(release), *_scripted(model), *_first_of(parts)])
    return built(note(about), MarkdownBlock(text=text), *_controls())


def revision_blocks(text: str, *, about: str, diff: str = "", model: str = "", parts: int = 1) -> Blocks:
    """Build the message of a revised draft; `diff` is shown below the text, together at most `LONGEST_PART`."""
    changes = [MarkdownBlock(text=diff)] if diff else []
    line = " · ".join([_said(about), *_scripted(model), *_first_of(parts)])
    heading = [note("What changed")] if diff else []
    return built(note(line), MarkdownBlock(text=text), *heading, *changes, *_controls())


def part_blocks(text: str) -> Blocks:
    """Build a further message of a long text."""
    return built(MarkdownBlock(text=text))


def placeholder_blocks(*, task: str) -> Blocks:
    """Build what stands there until the text comes."""
    return built(note(f":hourglass_flowing_sand: Writing · *{_named(task)}*"))


def writing_blocks(text: str, *, task: str) -> Blocks:
    """Build what stands there while the text comes: what there is of it, at most `LONGEST_PART`."""
    return built(note(f":hourglass_flowing_sand: Writing · *{_named(task)}*"), MarkdownBlock(text=text))


def failed_blocks(*, task: str) -> Blocks:
    """Build what stands in the draft's place when it could not be written."""
    return built(note(f":warning: *{_named(task)}* · This one did not work out. More in the thread."))


def failure_note_blocks(sentence: str, *, draft_id: str, attempt: int) -> Blocks:
    """Build the note in the thread that says what happened, with *Retry*."""
    return _retry_note(sentence, action_id="draft_retry", value=f"{draft_id}:{attempt}")


def revision_failed_blocks(sentence: str, *, correction_id: str, version: int) -> Blocks:
    """Build the note in the thread that says why there is no revised text, with *Retry*."""
    return _retry_note(sentence, action_id="revise_retry", value=f"{correction_id}:{version}")


def note_blocks(sentence: str) -> Blocks:
    """Build a plain note of one small line."""
    return built(note(_said(sentence)))


def fallback(text: str) -> str:
    """Return the text for notifications and screen readers; the blocks carry the whole."""
    return text if len(text) <= _LONGEST_FALLBACK else f"{text[:_LONGEST_FALLBACK]} …"


def _retry_note(sentence: str, *, action_id: str, value: str) -> Blocks:
    retry = ButtonElement(
        action_id=action_id, text=PlainTextObject(text="Retry"), value=value, style="primary"
    )
    return built(SectionBlock(text=MarkdownTextObject(text=_said(sentence))), ActionsBlock(elements=[retry]))


def _scripted(model: str) -> list[str]:
    return ["_scripted, not a real model_"] if model == "scripted" else []


def _first_of(parts: int) -> list[str]:
    """Say that there is more: nobody should use half a text."""
    return [f"part 1 of {parts}, the rest stands in the thread"] if parts > 1 else []


def _named(name: str) -> str:
    """Return a task's or release's name for a line of ours."""
    return cut(escape(name.strip() or "Draft"), _LONGEST_NAME)


def _said(sentence: str) -> str:
    return cut(escape(sentence.strip() or "…"), _LONGEST_SENTENCE)


def _controls() -> list[Block]:
    return [
        ContextActionsBlock(elements=[_vote()]),
        ActionsBlock(elements=[_edit(), _use(), _stars(), _more()]),
    ]


def _vote() -> FeedbackButtonsElement:
    return FeedbackButtonsElement(
        action_id="draft_vote",
        positive_button=FeedbackButtonObject(
            text=PlainTextObject(text="Good draft"), value="positive", accessibility_label="Good draft"
        ),
        negative_button=FeedbackButtonObject(
            text=PlainTextObject(text="Needs work"), value="negative", accessibility_label="Needs work"
        ),
    )


def _edit() -> ButtonElement:
    return ButtonElement(action_id="draft_edit", text=PlainTextObject(text="Edit"))


def _use() -> ButtonElement:
    return ButtonElement(action_id="draft_use", text=PlainTextObject(text="Use this"), style="primary")


def _stars() -> StaticSelectElement:
    return StaticSelectElement(
        action_id="draft_stars",
        placeholder=PlainTextObject(text="★ Rate"),
        options=[Option(text=PlainTextObject(text="★" * int(stars)), value=stars) for stars in _STARS],
    )


def _more() -> OverflowMenuElement:
    return OverflowMenuElement(
        action_id="draft_more",
        options=[
            Option(text=PlainTextObject(text="Improve a line"), value="lines"),
            Option(text=PlainTextObject(text="Show me another phrasing"), value="phrasing"),
            Option(text=PlainTextObject(text="Flag a problem"), value="flag"),
            Option(text=PlainTextObject(text="Why this draft?"), value="why"),
        ],
    )
