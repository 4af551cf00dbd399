"""What stands where a draft's text was taken out of sight, and what the admins are told about it."""

from collections.abc import Mapping
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
)

from bot.slack.pieces import built, button, note, section

Blocks = list[dict[str, Any]]
HIDDEN_PART: Final = "Hidden, like the draft it belongs to."


def hidden_headline(flags: Mapping[str, int]) -> str:
    """Say how many people flagged a draft, and as what: categories and counts, never a text."""
    people = sum(flags.values())
    kinds = ", ".join(f"{label.lower()}: {count}" for label, count in flags.items())
    return f"Hidden: {people} {'person' if people == 1 else 'people'} flagged it" + (
        f" ({kinds})" if kinds else ""
    )


def hidden_blocks(flags: Mapping[str, int], *, draft_id: str) -> Blocks:
    """Build what stands in a hidden draft's place; `flags` is how many people flagged it, by what they call it."""
    told = (
        f":see_no_evil: *{hidden_headline(flags)}.*\nIts text comes back when flags are taken back, or when an admin "
        "shows it again."
    )
    buttons = [_show_again(draft_id), button("hidden_flag", "My flag", value=draft_id)]
    return built(section(told), ActionsBlock(elements=buttons))


def hidden_part_blocks() -> Blocks:
    """Build what stands where a further message of a hidden draft was."""
    return built(note(HIDDEN_PART))


def hidden_notice(
    flags: Mapping[str, int], *, draft_id: str, channel_id: str, link: str | None
) -> tuple[str, Blocks]:
    """Build what the admin channel is told when a draft was hidden."""
    where = f"<{link}|a draft>" if link else "a draft"
    text = f"{hidden_headline(flags)}: {where} in <#{channel_id}>."
    return text, built(section(f":see_no_evil: {text}"), ActionsBlock(elements=[_show_again(draft_id)]))


def _show_again(draft_id: str) -> ButtonElement:
    return button("hidden_show", "Show it again", value=draft_id)
