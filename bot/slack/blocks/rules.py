"""The list of rules: searched, filtered, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ConversationFilter,
    ConversationSelectElement,
    DividerBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig

from bot.slack.blocks.digest import ISOLATE, POP, shorten
from bot.slack.fields import MOST_OPTIONS, OPTION_LIMIT, VALUE_LIMIT, Modal, cut, modal
from bot.slack.pieces import button, buttons, note, section, turns
from bot.slack.text import escape

PAGE: Final = 8
LONGEST_WORDS: Final = 80
EVERY_TASK: Final = "*"
STATES: Final[Mapping[str, str]] = {
    "live": "Active and proposed",
    "active": "Active",
    "proposed": "Proposed",
    "closed": "Retired and expired",
    "all": "All",
}
NONE_YET: Final = (
    "There is no rule yet. Reply to a draft with a better text, or say in its thread what you want "
    "(“no emoji, please”): what that teaches becomes a rule, and is listed here. You can also propose one yourself."
)
NONE_FIT: Final = "No rule fits that. Try other words, or another choice above."
NOT_SEEN: Final = (
    "I could not see that you are in <#{}>, so its own rules are not shown. If you are, open this there: "
    "`/draftloop rules`."
)
_SHOWN: Final = 300  # characters of a rule in the list
_EVERYBODYS: Final = "Shown are the rules that hold everywhere{}. Choose a channel above for its own."


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in the list: its text is plain, `where` and `about` are mrkdwn."""

    id: str
    number: int
    text: str
    where: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleListCard:
    """A page of rules, and how it was chosen.

    Args:
        rows: the rules of this page.
        total: how many there are on all pages.
        page: counts from 0.
        state: one of `STATES`.
        words: what was searched for.
        channel_id: only rules that hold there.
        task: only rules that hold for drafts of it.
        tasks: titles by name.
        here: the channel whose rules are seen besides those that hold everywhere; None: none, or all are.
        sees_all: whether the rules of all channels are among them.
        notice: what was just done, or why something is missing; mrkdwn.
    """

    rows: tuple[RuleRow, ...] = ()
    total: int = 0
    page: int = 0
    state: str = "live"
    words: str = ""
    channel_id: str | None = None
    task: str | None = None
    tasks: Mapping[str, str] = field(default_factory=dict)
    here: str | None = None
    sees_all: bool = False
    notice: str = ""

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(0, (self.total - 1) // PAGE)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the usual is chosen."""
        return bool(self.words or self.channel_id or self.task or self.state != "live")


def rules_modal(card: RuleListCard, *, metadata: str) -> Modal:
    """Build the list."""
    blocks: list[Block] = [
        *([section(card.notice)] if card.notice else []),
        _search(card.words),
        _filters(card),
        *buttons(button("rules_propose", "Propose a rule", value="new")),
        DividerBlock(),
        *_rows(card),
        *buttons(*turns("rules", page=card.page, last=card.last)),
    ]
    built = modal("rules_modal", "Rules", blocks=blocks, metadata=metadata, submit="Search")
    built["close"]["text"] = "Close"  # nothing is lost by leaving
    return built


def quoted(text: str, *, limit: int = _SHOWN) -> str:
    """Return a rule's words as they are shown: in one line, not too long, escaped, in quotes."""
    return f"“{ISOLATE}{escape(shorten(' '.join(text.split()), limit))}{POP}”"


def _search(words: str) -> Block:
    element = PlainTextInputElement(
        action_id="rules_words",
        initial_value=words[:LONGEST_WORDS] or None,
        max_length=LONGEST_WORDS,
        placeholder=PlainTextObject(text="emoji, or a number like 12"),
        dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
    )
    return InputBlock(
        block_id="rules_words",
        label=PlainTextObject(text="Search"),
        element=element,
        dispatch_action=True,
        optional=True,
    )


def _filters(card: RuleListCard) -> Block:
    """Build what narrows the list; Slack keeps what stands in a block of the same name, so its name tells its state."""
    channels = ConversationSelectElement(
        action_id="rules_channel",
        placeholder="Every channel",
        initial_conversation=card.channel_id,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )
    tasks = {EVERY_TASK: "Every task", **dict(list(card.tasks.items())[: MOST_OPTIONS - 2])}
    if card.task:
        tasks.setdefault(card.task, card.task)
    every = [button("rules_anywhere", "Every channel", value="all")] if card.channel_id else []
    name = f"rules_filters:{card.state}:{card.task or ''}:{card.channel_id or ''}"
    elements = [
        _select("rules_state", STATES, chosen=card.state),
        _select("rules_task", tasks, chosen=card.task or EVERY_TASK),
        channels,
        *every,
    ]
    return ActionsBlock(block_id=name[:255], elements=elements)


def _select(action_id: str, choices: Mapping[str, str], *, chosen: str) -> StaticSelectElement:
    options = {
        value: Option(text=PlainTextObject(text=cut(words, OPTION_LIMIT) or "-"), value=value[:VALUE_LIMIT])
        for value, words in choices.items()
    }
    first = next(iter(options))
    return StaticSelectElement(
        action_id=action_id,
        options=list(options.values()),
        initial_option=options.get(chosen, options[first]),
    )


def _rows(card: RuleListCard) -> list[Block]:
    if not card.rows:
        return [section(NONE_FIT if card.is_narrowed else NONE_YET), *_whose(card)]
    return [*(_row(row) for row in card.rows[:PAGE]), note(_where_in_list(card)), *_whose(card)]


def _row(row: RuleRow) -> Block:
    told = " · ".join([row.where, *row.about])
    opens = button("rule_open", "Open", value=row.id)
    return section(f"*{row.number}.* {quoted(row.text)}\n{told}", accessory=opens)


def _where_in_list(card: RuleListCard) -> str:
    first = card.page * PAGE + 1
    if card.last == 0:
        return (
            "One rule." if card.total == 1 else f"{card.total} rules: those that wait first, then the newest."
        )
    return f"{first:,} to {first + len(card.rows) - 1:,} of {card.total:,}: those that wait first, then the newest."


def _whose(card: RuleListCard) -> list[Block]:
    """Say which rules a member does not see."""
    if card.sees_all:
        return []
    if card.channel_id and card.here != card.channel_id:
        return [note(NOT_SEEN.format(card.channel_id))]
    return [note(_EVERYBODYS.format(f", and those of {_place(card.here)}" if card.here else ""))]


def _place(channel_id: str) -> str:
    return f"<#{channel_id}>" if channel_id[:1] in ("C", "G") else "this conversation"
