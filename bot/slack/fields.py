"""What forms are made of: fields, paragraphs, and the modal around them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.views import View

Modal = dict[str, Any]
BLOCKS: Final = 100
MOST_OPTIONS: Final = 100
OPTION_LIMIT: Final = 75
VALUE_LIMIT: Final = 150
TEXT_LIMIT: Final = 3_000
HINT_LIMIT: Final = 2_000


def modal(
    callback_id: str, title: str, *, blocks: Sequence[Block], metadata: str, submit: str | None = None
) -> Modal:
    """Build a modal; one with fields has the word on its `submit` button."""
    built: Modal = View(
        type="modal",
        callback_id=callback_id,
        title=PlainTextObject(text=title),
        submit=PlainTextObject(text=submit) if submit else None,
        close=PlainTextObject(text="Cancel" if submit else "Close"),
        private_metadata=metadata,
        blocks=list(blocks)[:BLOCKS],
    ).to_dict()
    return built


def cut(text: str, limit: int) -> str:
    """Shorten a text, with an ellipsis where something is missing; an escaped character is not cut in two."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    start = kept.rfind("&")
    return f"{kept[:start] if start > kept.rfind(';') and len(kept) - start < 6 else kept}…"


def select_field(
    name: str,
    label: str,
    *,
    choices: Mapping[str, str],
    chosen: str | None,
    hint: str = "",
) -> Block:
    """Build a field to choose from; `choices` are labels by value, of which the chosen one is always there."""
    options = [_option(value, words) for value, words in _listed(choices, chosen).items()]
    initial = next((option for option in options if option.value == chosen), None)
    element = StaticSelectElement(
        action_id=name,
        options=options,
        initial_option=initial or options[0],
    )
    return InputBlock(block_id=name, label=PlainTextObject(text=label), element=element, hint=_hint(hint))


def text_field(
    name: str,
    label: str,
    *,
    longest: int,
    text: str = "",
    example: str = "",
    hint: str = "",
    multiline: bool = False,
    optional: bool = False,
) -> Block:
    """Build a field to write in."""
    element = PlainTextInputElement(
        action_id=name,
        multiline=multiline,
        max_length=min(longest, TEXT_LIMIT),
        initial_value=text[: min(longest, TEXT_LIMIT)] or None,
        placeholder=PlainTextObject(text=example) if example else None,
    )
    return InputBlock(
        block_id=name,
        label=PlainTextObject(text=label),
        element=element,
        hint=_hint(hint),
        optional=optional,
    )


def section(text: str) -> Block:
    """Build a paragraph of mrkdwn."""
    return SectionBlock(text=MarkdownTextObject(text=cut(text, TEXT_LIMIT)))


def note(text: str) -> Block:
    """Build a small line of mrkdwn."""
    return ContextBlock(elements=[MarkdownTextObject(text=cut(text, TEXT_LIMIT))])


def joined(words: Sequence[str], *, limit: int, between: str = " ") -> str:
    """Return words up to a limit, whole ones, and how many more there are."""
    kept: list[str] = []
    room = limit - 20  # for how many more there are
    for word in words:
        room -= len(word) + len(between)
        if room < 0:
            return between.join([*kept, f"and {len(words) - len(kept)} more"])
        kept.append(word)
    return between.join(kept)


def plain_options(names: Sequence[str]) -> list[dict[str, Any]]:
    """Build what a select offers whose options are asked for while somebody types."""
    return [_option(name, name).to_dict() for name in names[:MOST_OPTIONS]]


def _listed(choices: Mapping[str, str], chosen: str | None) -> dict[str, str]:
    """Keep what a select can hold."""
    listed = dict(list(choices.items())[:MOST_OPTIONS])
    if chosen is not None and chosen in choices and chosen not in listed:
        listed.popitem()
        listed[chosen] = choices[chosen]
    return listed


def _option(value: str, words: str) -> Option:
    return Option(
        text=PlainTextObject(text=cut(words, OPTION_LIMIT) or "-"), value=value[:VALUE_LIMIT] or "-"
    )


def _hint(text: str) -> PlainTextObject | None:
    return PlainTextObject(text=cut(text, HINT_LIMIT)) if text else None
