"""The forms about rules: propose one, say one in other words, change where one holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from slack_sdk.models.blocks import (
    Block,
    ConversationFilter,
    ConversationSelectElement,
    InputBlock,
    PlainTextObject,
)

from bot.slack.blocks.rules import quoted
from bot.slack.fields import Modal, modal, note, section, select_field, text_field

LONGEST_TEXT: Final = 200
EVERY_TASK: Final = "*"
EVERYWHERE, ONE_CHANNEL = "everywhere", "channel"
EVERYBODYS, ONE_PERSONS = "everybody", "person"
_EXAMPLE: Final = "Write dates like 3 November."
_DECIDED: Final = (
    "Saving is a decision: drafts follow it from now on, and feedback alone does not change it any more."
)
_HINT: Final = "One plain sentence. No names, links or secrets: it stands in the prompt of each such draft."


@dataclass(frozen=True, slots=True)
class ScopeForm:
    """Where a rule holds, and what there is to choose from.

    Args:
        channel_id: the channel that stands in its field.
        only_channel: whether it holds only there.
        task: only for drafts of it; None: for all.
        tasks: titles by name.
        person: what the choice of one person's drafts is called.
        only_person: whether it holds for that person's drafts only.
    """

    channel_id: str | None = None
    only_channel: bool = False
    task: str | None = None
    tasks: Mapping[str, str] = field(default_factory=dict)
    person: str = "Only drafts that I ask for"
    only_person: bool = False


def propose_modal(form: ScopeForm, *, decides: bool, metadata: str) -> Modal:
    """Build the form for a new rule; `decides`: whether this person's rule holds at once."""
    after = (
        "It holds from the next draft on."
        if decides
        else "An admin decides whether it holds; corrections that say the same speak for it."
    )
    blocks = [_text(""), *_scope(form), note(after)]
    return modal("rule_propose_modal", "Propose a rule", blocks=blocks, metadata=metadata, submit="Propose")


def edit_modal(text: str, *, metadata: str) -> Modal:
    """Build the form for a rule's words."""
    blocks = [_text(text), note(_DECIDED)]
    return modal("rule_edit_modal", "Edit the rule", blocks=blocks, metadata=metadata, submit="Save")


def scope_modal(form: ScopeForm, *, text: str, metadata: str) -> Modal:
    """Build the form for where a rule holds."""
    blocks = [section(quoted(text)), *_scope(form), note(_DECIDED)]
    return modal("rule_scope_modal", "Change scope", blocks=blocks, metadata=metadata, submit="Save")


def _text(text: str) -> Block:
    return text_field(
        "text", "The rule", longest=LONGEST_TEXT, text=text, example=_EXAMPLE, hint=_HINT, multiline=True
    )


def _scope(form: ScopeForm) -> list[Block]:
    place = select_field(
        "place",
        "Where does it hold?",
        choices={EVERYWHERE: "In every channel", ONE_CHANNEL: "Only in the channel below"},
        chosen=ONE_CHANNEL if form.only_channel else EVERYWHERE,
    )
    channel = InputBlock(
        block_id="channel",
        label=PlainTextObject(text="Channel"),
        element=ConversationSelectElement(
            action_id="channel",
            initial_conversation=form.channel_id,
            placeholder="Choose a channel",
            filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
        ),
        optional=True,
    )
    tasks = {EVERY_TASK: "Every task", **form.tasks}
    if form.task:
        tasks.setdefault(form.task, form.task)
    task = select_field("task", "For which drafts?", choices=tasks, chosen=form.task or EVERY_TASK)
    whose = select_field(
        "whose",
        "Asked for by whom?",
        choices={EVERYBODYS: "Everybody's drafts", ONE_PERSONS: form.person},
        chosen=ONE_PERSONS if form.only_person else EVERYBODYS,
    )
    return [place, channel, task, whose]
