"""The form *Workspace*."""

from dataclasses import dataclass
from typing import Final

from slack_sdk.models.blocks import (
    Block,
    ConversationFilter,
    ConversationSelectElement,
    ExternalDataSelectElement,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextObject,
    RadioButtonsElement,
)

from bot.slack.fields import OPTION_LIMIT, VALUE_LIMIT, Modal, modal, select_field

OTHERS: Final = {"count": "Their votes count", "do_not": "Their votes do not count"}
RULES_BY: Final = {"admins": "Admins", "team": "Everybody: a member's decision counts like an admin's"}
_AS_INSTALLED: Final = {
    True: "As I was installed: they count",
    False: "As I was installed: they do not count",
}
_IMPLICIT: Final = {
    "off": Option(text=PlainTextObject(text="Off: only what people say themselves"), value="off"),
    "on": Option(text=PlainTextObject(text="On: also note what they do with a draft"), value="on"),
}
_IMPLICIT_HINT: Final = (
    "What I note: that “Use this” was pressed, that a draft's text was posted in its channel, that nobody touched a "
    "draft for a week. It never mixes with votes, and figures show it apart. When you turn it on I tell the channels "
    "I am in; whoever opted out stays out."
)


@dataclass(frozen=True, slots=True)
class WorkspaceForm:
    """What the form shows; `others` is `count`, `do_not` or None: as installed, which is `others_installed`."""

    zone: str
    quorum: int
    implicit: bool
    others: str | None
    others_installed: bool
    admin_channel: str | None
    rules_by: str = "admins"


def workspace_modal(form: WorkspaceForm, *, metadata: str) -> Modal:
    """Build the form."""
    blocks = [
        _zone(form.zone),
        _quorum(form.quorum),
        _implicit(is_on=form.implicit),
        _others(form),
        _rules(form.rules_by),
        _admins(form),
    ]
    return modal("settings_workspace_modal", "Workspace", blocks=blocks, metadata=metadata, submit="Save")


def _zone(zone: str) -> Block:
    return InputBlock(
        block_id="zone",
        label=PlainTextObject(text="Time zone"),
        element=ExternalDataSelectElement(
            action_id="settings_zone",
            initial_option=_zone_option(zone),
            min_query_length=1,
            placeholder=PlainTextObject(text="Type a city, like Berlin"),
        ),
        hint=PlainTextObject(text="Digests and everything planned go by it. Type a large city near you."),
    )


def _zone_option(name: str) -> Option:
    return Option(text=PlainTextObject(text=name[:OPTION_LIMIT] or "UTC"), value=name[:VALUE_LIMIT] or "UTC")


def _quorum(quorum: int) -> Block:
    return InputBlock(
        block_id="quorum",
        label=PlainTextObject(text="How many people's flags take a text out of sight?"),
        element=NumberInputElement(
            action_id="quorum",
            is_decimal_allowed=False,
            initial_value=str(quorum),
            min_value="0",
            max_value="20",
        ),
        hint=PlainTextObject(text="2 to 20; 0 is never. An admin can show the text again."),
    )


def _implicit(*, is_on: bool) -> Block:
    return InputBlock(
        block_id="implicit",
        label=PlainTextObject(text="Implicit signals"),
        element=RadioButtonsElement(
            action_id="implicit",
            options=list(_IMPLICIT.values()),
            initial_option=_IMPLICIT["on" if is_on else "off"],
        ),
        hint=PlainTextObject(text=_IMPLICIT_HINT),
    )


def _others(form: WorkspaceForm) -> Block:
    choices = {"installed": _AS_INSTALLED[form.others_installed], **OTHERS}
    return select_field(
        "others",
        "People of other organisations, in shared channels",
        choices=choices,
        chosen=form.others or "installed",
        hint="A change holds for what they said so far, too.",
    )


def _rules(rules_by: str) -> Block:
    return select_field(
        "rules_by",
        "Who decides about rules?",
        choices=RULES_BY,
        chosen=rules_by,
        hint="Approving, editing and retiring in /draftloop rules. Everybody may propose one, and undo what they taught.",
    )


def _admins(form: WorkspaceForm) -> Block:
    return InputBlock(
        block_id="admin_channel",
        label=PlainTextObject(text="Channel for admins"),
        element=ConversationSelectElement(
            action_id="admin_channel",
            initial_conversation=form.admin_channel,
            filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
        ),
        hint=PlainTextObject(text="Where I tell about training and troubles. I have to be a member there."),
        optional=True,
    )
