"""What messages and the Home tab are made of, each within Slack's limits; texts are mrkdwn that is escaped already."""

from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from bot.slack.blocks.stats import HEADER_LIMIT, NOTE_LIMIT, SECTION_LIMIT, cut

LABEL_LIMIT: Final = 75
VALUE_LIMIT: Final = 2_000


def header(text: str) -> HeaderBlock:
    """Build a part's heading."""
    return HeaderBlock(text=PlainTextObject(text=cut(text, HEADER_LIMIT), emoji=True))


def section(text: str, *, accessory: ButtonElement | None = None) -> SectionBlock:
    """Build a paragraph, perhaps with a button beside it."""
    return SectionBlock(text=MarkdownTextObject(text=cut(text, SECTION_LIMIT)), accessory=accessory)


def note(text: str) -> ContextBlock:
    """Build a line in small print."""
    return ContextBlock(elements=[MarkdownTextObject(text=cut(text, NOTE_LIMIT))])


def button(
    action_id: str,
    label: str,
    *,
    value: str | None = None,
    style: str | None = None,
    asks: ConfirmObject | None = None,
) -> ButtonElement:
    """Build a button; `asks` is what it asks before it does anything."""
    return ButtonElement(
        action_id=action_id,
        text=PlainTextObject(text=cut(label, LABEL_LIMIT), emoji=True),
        value=value and value[:VALUE_LIMIT],
        style=style,
        confirm=asks,
    )


def turns(name: str, *, page: int, last: int) -> list[ButtonElement]:
    """Build the buttons that turn a list's pages, those that lead somewhere; pages are counted from 0."""
    steps = {
        "first": ("First", 0, page > 1),
        "back": ("Back", page - 1, page > 0),
        "next": ("Next", page + 1, page < last),
        "last": ("Last", last, page < last - 1),
    }
    return [
        button(f"{name}_{step}", label, value=str(number))
        for step, (label, number, is_offered) in steps.items()
        if is_offered
    ]


def buttons(*elements: ButtonElement) -> list[ActionsBlock]:
    """Build a row of buttons; none at all are no row."""
    return [ActionsBlock(elements=list(elements))] if elements else []


def question(title: str, text: str, *, yes: str, no: str, style: str | None = None) -> ConfirmObject:
    """Build what is asked before something happens."""
    return ConfirmObject(title=title, text=PlainTextObject(text=text), confirm=yes, deny=no, style=style)


def built(*blocks: Block) -> list[dict[str, Any]]:
    """Return a message's blocks as Slack takes them."""
    return [block.to_dict() for block in blocks]
