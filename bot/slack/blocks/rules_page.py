"""One rule's own page: where it holds, what it rests on, what it changed, what was decided about it."""

from dataclasses import dataclass
from typing import Final

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject

from bot.slack.blocks.rules import quoted
from bot.slack.fields import Modal, modal
from bot.slack.pieces import button, buttons, note, question, section

MOST_EXAMPLES: Final = 3
MOST_HISTORY: Final = 12
LONGEST_RULE: Final = 500
_EXAMPLE: Final = 240
_NO_BUTTONS: Final = "You can propose a rule of your own from the list; deciding about rules is for {}."


@dataclass(frozen=True, slots=True)
class RuleExample:
    """What somebody who agreed to be quoted wrote, and a line about it as mrkdwn."""

    text: str
    about: str


@dataclass(frozen=True, slots=True)
class RuleCard:
    """Everything the page says; the rule's text and the examples' are plain, all else is mrkdwn.

    Args:
        id: of the rule.
        number: what people call it.
        text: its words.
        state: in words, such as *active since 3 Nov*.
        where: where it holds, in words.
        origin: where it comes from.
        evidence: who is for it and who against, and what is missing.
        examples: corrections that it rests on.
        effect: its measured effect: a sentence first, then figures, then what they are.
        history: what was decided about it, newest first.
        may: what the person who looks may do: approve, edit, rescope, retire, bring_back.
        notice: what was just done.
        decided_by: who decides about rules, in words.
    """

    id: str
    number: int
    text: str
    state: str
    where: str
    origin: str
    evidence: tuple[str, ...] = ()
    examples: tuple[RuleExample, ...] = ()
    effect: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    may: frozenset[str] = frozenset()
    notice: str = ""
    decided_by: str = "admins"


def rule_modal(card: RuleCard, *, metadata: str) -> Modal:
    """Build the page."""
    blocks: list[Block] = [
        *([section(card.notice)] if card.notice else []),
        section(quoted(card.text, limit=LONGEST_RULE)),
        section(f"*State:* {card.state}\n*Holds:* {card.where}\n*From:* {card.origin}"),
        *buttons(*_buttons(card)),
        *([] if card.may else [note(_NO_BUTTONS.format(card.decided_by))]),
        section("\n".join(["*What it rests on*", *card.evidence])),
        *(_example(example) for example in card.examples[:MOST_EXAMPLES]),
        section("\n".join(["*What it changed*", *card.effect[:-1]])),
        *(note(line) for line in card.effect[-1:] if line),
        section("\n".join(["*History*", *(card.history[:MOST_HISTORY] or ("Nothing yet.",))])),
    ]
    return modal("rule_modal", f"Rule {card.number:,}"[:24], blocks=blocks, metadata=metadata)


def _example(example: RuleExample) -> Block:
    return note(f"{quoted(example.text, limit=_EXAMPLE)} {example.about}")


def _buttons(card: RuleCard) -> list[ButtonElement]:
    offered = {
        "approve": button("rule_approve", "Approve", value=card.id, style="primary"),
        "bring_back": button("rule_approve", "Bring back", value=card.id),
        "edit": button("rule_edit", "Edit", value=card.id),
        "rescope": button("rule_scope", "Change scope", value=card.id),
        "retire": button("rule_retire", "Retire", value=card.id, style="danger", asks=_sure(card)),
    }
    return [shown for name, shown in offered.items() if name in card.may]


def _sure(card: RuleCard) -> ConfirmObject:
    text = f"Drafts no longer follow rule {card.number:,}. It stays in the list of retired rules."
    return question("Retire this rule?", text, yes="Retire it", no="Keep it", style="danger")
