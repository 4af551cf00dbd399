"""Recurring briefs as people see them: one that was set up, a list with its buttons, and the settings' page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    DividerBlock,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.slack.blocks.digest import ISOLATE, POP, shorten
from bot.slack.pieces import built, button, note, section
from bot.slack.text import escape

Blocks = list[dict[str, Any]]
ENTRIES: Final = 8  # per page: two blocks each, and a page is read without scrolling for long
BRIEF_SHOWN: Final = 200
NONE_YET: Final = (
    "There are no recurring briefs here yet. Set one up like this: "
    "`/draftloop every friday 15:00 a short summary of the week for the team`."
)
NONE_OF_ANYBODY: Final = (
    "Nobody here has recurring briefs. In a channel, type "
    "`/draftloop every friday 15:00 a short summary of the week for the team`."
)
NONE_OF_YOURS: Final = (
    "You have no recurring briefs. In a channel, type "
    "`/draftloop every friday 15:00 a short summary of the week for the team`."
)


@dataclass(frozen=True, slots=True)
class RecurringLine:
    """A recurring brief; `brief` is None where it is not for the reader's eyes."""

    id: str
    number: int
    channel_id: str
    creator_id: str
    rhythm: str  # `Friday at 15:00`
    brief: str | None
    next_at: datetime | None  # None: paused
    timezone: str

    @property
    def next_words(self) -> str:
        """When it comes next, in local time."""
        if self.next_at is None:
            return "paused"
        return f"next on {self.next_at.astimezone(ZoneInfo(self.timezone)):%A %d %B, %H:%M}"


@dataclass(frozen=True, slots=True)
class RecurringPage:
    """A page of recurring briefs; pages are counted from 0."""

    lines: Sequence[RecurringLine]
    total: int
    page: int = 0

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // ENTRIES))


def added_text(line: RecurringLine) -> str:
    """Build the answer to whoever set one up."""
    return (
        f"Every {line.rhythm} ({line.timezone}) I will draft this here, {line.next_words}:\n"
        f"> {_words(line.brief or '')}\n"
        f"It is number {line.number}. `/draftloop every list` shows all of this channel; `/draftloop every pause "
        f"{line.number}` stops it for a while."
    )


def changed_text(line: RecurringLine, *, deed: str) -> str:
    """Build the answer to a `pause`, `resume` or `delete` that was typed."""
    which = f"number {line.number} (every {line.rhythm})"
    if deed == "delete":
        return f"Deleted: {which}. It will not come again."
    if line.next_at is None:
        return f"Paused: {which}. `/draftloop every resume {line.number}` brings it back."
    return f"It is on: {which}, {line.next_words} ({line.timezone})."


def list_text(page: RecurringPage) -> str:
    """Build the words of a list for notifications."""
    if not page.total:
        return NONE_YET
    return "\n".join(f"{line.number}: every {line.rhythm}, {line.next_words}" for line in page.lines)


def list_blocks(page: RecurringPage) -> Blocks:
    """Build the list of a channel."""
    if not page.total:
        return built(section(NONE_YET))
    head = note(f"Recurring briefs of this channel: {page.total}. Times are {_zone(page)} time.")
    return built(head, *_entries(page, names_channel=False), *_turning(page))


def recurring_view(page: RecurringPage, *, everybody: bool) -> dict[str, Any]:
    """Build the settings' page: one's own briefs, or (for admins) everybody's."""
    about = "Everybody's recurring briefs" if everybody else "Your recurring briefs"
    blocks: list[Block] = [section(NONE_OF_ANYBODY if everybody else NONE_OF_YOURS)]
    if page.total:
        blocks = [note(f"{about}: {page.total}. Times are {_zone(page)} time.")]
        blocks += [*_entries(page, names_channel=True), *_turning(page)]
    return View(
        type="modal",
        callback_id="recurring_view",
        title=PlainTextObject(text="Recurring briefs"),
        close=PlainTextObject(text="Back"),
        blocks=blocks,
    ).to_dict()


def paused_text(line: RecurringLine, *, reason: str) -> str:
    """Build the notice that a brief was paused by itself, and what to do about it."""
    which = f"recurring brief {line.number} (every {line.rhythm})"
    back = f"`/draftloop every resume {line.number}` brings it back"
    if reason == "gone":
        return (
            f"I paused {which} of this channel: <@{line.creator_id}>, who set it up, is not here any more. "
            f"An admin can take it over: {back}."
        )
    why = {
        "archived": f"<#{line.channel_id}> is archived",
        "left": f"I am no longer in <#{line.channel_id}>",
    }[reason]
    return f"I paused your {which}: {why}. When I may write there again, {back}."


def late_text(due: datetime, *, timezone: str) -> str:
    """Build the note that marks a draft as late."""
    return f"This recurring draft was due on {due.astimezone(ZoneInfo(timezone)):%A at %H:%M}; it comes late because I was away."


def _entries(page: RecurringPage, *, names_channel: bool) -> list[Block]:
    blocks: list[Block] = []
    for line in page.lines[:ENTRIES]:
        blocks += [
            DividerBlock(),
            section(_entry(line, names_channel=names_channel)),
            _buttons(line, page.page),
        ]
    return blocks


def _entry(line: RecurringLine, *, names_channel: bool) -> str:
    where = f" in <#{line.channel_id}>" if names_channel else ""
    about = f"*{line.number}* · every {line.rhythm}{where} · {line.next_words} · by <@{line.creator_id}>"
    return about if line.brief is None else f"{about}\n{_words(line.brief)}"


def _buttons(line: RecurringLine, page: int) -> ActionsBlock:
    value, paused = f"{line.id}:{page}", line.next_at is None
    switch = ("recurring_resume", "Resume") if paused else ("recurring_pause", "Pause")
    delete = ButtonElement(
        action_id="recurring_delete",
        text=PlainTextObject(text="Delete"),
        value=value,
        confirm=ConfirmObject(
            title="Delete it?",
            text=PlainTextObject(text=f"Number {line.number} will not come again."),
            confirm="Delete",
            deny="Keep it",
            style="danger",
        ),
    )
    return ActionsBlock(block_id=f"recurring:{line.id}", elements=[button(*switch, value=value), delete])


def _turning(page: RecurringPage) -> list[Block]:
    """Buttons to the pages beside this one; none where there is one page."""
    ways = [("recurring_before", "Previous", page.page - 1), ("recurring_after", "Next", page.page + 1)]
    buttons = [
        button(action_id, label, value=str(to)) for action_id, label, to in ways if 0 <= to < page.pages
    ]
    if not buttons:
        return []
    return [DividerBlock(), note(f"Page {page.page + 1} of {page.pages}"), ActionsBlock(elements=buttons)]


def _zone(page: RecurringPage) -> str:
    return escape(page.lines[0].timezone) if page.lines else "local"


def _words(brief: str) -> str:
    """Return somebody's words on one line, harmless and short."""
    return f"“{ISOLATE}{escape(shorten(brief, BRIEF_SHOWN))}{POP}”"
