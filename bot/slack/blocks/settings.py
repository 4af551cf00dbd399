"""The settings hub: what holds here, and a door for each part that can be changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    DividerBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from bot.slack.fields import Modal, cut, modal, note, section

FIELD_LIMIT: Final = 2_000
FIELDS: Final = 10
_SHOWN: Final = 700  # characters of one setting, escaped

_OWN: Final = "Your own settings (being named, your receipt, opting out) are in my *Home* tab."
_FOR_ADMINS: Final = f"Admins of this workspace can change all this. {_OWN}"
_NOT_TOLD: Final = (
    "Slack did not tell me in time whether you are an admin, so I show no buttons to change this. "
    f"Close this window and open it again. {_OWN}"
)


@dataclass(frozen=True, slots=True)
class Told:
    """One setting as it is: its name, and its value as escaped mrkdwn."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class HubDoor:
    """A button of the hub that leads to a form; `description` says what is behind it."""

    action_id: str
    label: str
    description: str
    for_admins: bool = True


@dataclass(frozen=True, slots=True)
class HubCard:
    """What the hub says; `is_admin` is None when Slack did not say so in time."""

    channel_id: str | None
    here: tuple[Told, ...]
    workspace: tuple[Told, ...]
    doors: tuple[HubDoor, ...] = ()
    is_admin: bool | None = False


def hub_modal(card: HubCard, *, metadata: str) -> Modal:
    """Build the hub."""
    blocks: list[Block] = []
    if card.channel_id:
        where = f"<#{card.channel_id}>" if card.channel_id[0] in "CG" else "this conversation"
        blocks += [section(f"*In {where}*"), *_fields(card.here)]
    blocks += [section("*In this workspace*"), *_fields(card.workspace), DividerBlock()]
    blocks += [*_doors(card), note(_hint(card))]
    return modal("settings_hub", "Settings", blocks=blocks, metadata=metadata)


def _fields(told: Sequence[Told]) -> list[Block]:
    shown = [
        MarkdownTextObject(text=cut(f"*{one.label}*\n{cut(one.value or '-', _SHOWN)}", FIELD_LIMIT))
        for one in told
    ]
    return [SectionBlock(fields=shown[start : start + FIELDS]) for start in range(0, len(shown), FIELDS)]


def _doors(card: HubCard) -> list[Block]:
    mine = [door for door in card.doors if card.is_admin or not door.for_admins]
    if not card.channel_id:
        mine = [door for door in mine if door.action_id != "settings_channel"]
    return [
        SectionBlock(
            block_id=door.action_id,
            text=MarkdownTextObject(text=f"*{door.label}*\n{door.description}"),
            accessory=ButtonElement(action_id=door.action_id, text=PlainTextObject(text="Open")),
        )
        for door in mine
    ]


def _hint(card: HubCard) -> str:
    if card.is_admin is None:
        return _NOT_TOLD
    return _OWN if card.is_admin else _FOR_ADMINS
