"""The list of tasks, and the form for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    DividerBlock,
    PlainTextObject,
)

from bot.slack.fields import Modal, cut, modal, note, section, text_field
from bot.slack.text import escape

PAGE: Final = 10
LONGEST_NAME: Final = 40
LONGEST_TITLE: Final = 40
LONGEST_INSTRUCTIONS: Final = 3_000
_SHOWN: Final = 160  # characters of the instructions in the list
_KINDS: Final = {"ours": "built in", "changed": "built in, in your words", "own": "yours"}
_INTRO: Final = "A task is a kind of draft with its own instructions. People pick one in *New draft*; a channel has one of its own."


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in the list; `kind` is `ours`, `changed` (ours, in the team's words) or `own`."""

    name: str
    title: str
    instructions: str
    kind: str
    retired: bool = False
    may_retire: bool = True


@dataclass(frozen=True, slots=True)
class TaskList:
    """One page of the list."""

    rows: tuple[TaskRow, ...]
    page: int
    pages: int

    @classmethod
    def of(cls, rows: Sequence[TaskRow], *, page: int) -> Self:
        """Take one page of all rows; for one that is not there (any more) the nearest."""
        pages = max(1, -(-len(rows) // PAGE))
        page = min(max(0, page), pages - 1)
        return cls(tuple(rows[page * PAGE : (page + 1) * PAGE]), page, pages)


def tasks_modal(tasks: TaskList, *, metadata: str) -> Modal:
    """Build the list."""
    new = ButtonElement(action_id="settings_task_new", text=PlainTextObject(text="New task"), style="primary")
    blocks: list[Block] = [section(_INTRO), ActionsBlock(block_id="new", elements=[new]), DividerBlock()]
    for row in tasks.rows[:PAGE]:
        blocks += [
            section(_told(row)),
            ActionsBlock(block_id=f"task:{row.name}"[:255], elements=_buttons(row)),
        ]
    return modal("settings_tasks_modal", "Tasks", blocks=[*blocks, *_turning(tasks)], metadata=metadata)


def task_modal(row: TaskRow | None, *, metadata: str) -> Modal:
    """Build the form for a task; without one, for a new one."""
    title = text_field(
        "title",
        "What people read",
        longest=LONGEST_TITLE,
        text=row.title if row else "",
        example="Press release",
    )
    instructions = text_field(
        "instructions",
        "What I am to do",
        longest=LONGEST_INSTRUCTIONS,
        text=row.instructions if row else "",
        example="Write a press release: the news in the first sentence, then a quote, then the facts.",
        hint="It stands in the prompt of each such draft, before everything else.",
        multiline=True,
    )
    if row is None:
        name = text_field(
            "name",
            "Short name",
            longest=LONGEST_NAME,
            example="press-release",
            hint="For `/draftloop stats press-release` and the API; it stays. Leave it empty and I make it from the title.".replace(
                "`", ""
            ),
            optional=True,
        )
        blocks = [title, instructions, name]
    else:
        blocks = [title, instructions, note(f"Short name: `{escape(row.name)}` · {_KINDS[row.kind]}")]
    heading = "New task" if row is None else "Edit the task"
    return modal("settings_task_modal", heading, blocks=blocks, metadata=metadata, submit="Save")


def _told(row: TaskRow) -> str:
    retired = " · _retired_" if row.retired else ""
    words = escape(_beginning(row.instructions))
    return f"*{escape(row.title)}*  `{escape(row.name)}` · {_KINDS[row.kind]}{retired}\n{words}"


def _beginning(text: str) -> str:
    """Return the first words of a text."""
    line = " ".join(text.split())
    if len(line) <= _SHOWN:
        return line
    kept = line[:_SHOWN]
    return f"{kept.rpartition(' ')[0] or kept}…"


def _buttons(row: TaskRow) -> list[ButtonElement]:
    buttons = [_button("settings_task_edit", "Edit", row.name)]
    if row.retired:
        buttons.append(_button("settings_task_back", "Bring back", row.name))
    elif row.may_retire:
        buttons.append(_button("settings_task_retire", "Retire", row.name))
    if row.kind == "changed":
        buttons.append(_button("settings_task_ours", "Back to the original", row.name, confirm=_drop(row)))
    return buttons


def _drop(row: TaskRow) -> ConfirmObject:
    return ConfirmObject(
        title="Drop your words?",
        text=PlainTextObject(
            text=cut(f"“{row.title}” gets its built-in title and instructions again. Yours are gone.", 300)
        ),
        confirm="Drop them",
        deny="Keep them",
    )


def _turning(tasks: TaskList) -> list[Block]:
    """Build the way to the other pages."""
    if tasks.pages < 2:
        return []
    buttons = []
    if tasks.page > 0:
        buttons.append(_button("settings_tasks_earlier", "Earlier", str(tasks.page - 1)))
    if tasks.page < tasks.pages - 1:
        buttons.append(_button("settings_tasks_later", "More", str(tasks.page + 1)))
    page = note(f"Page {tasks.page + 1} of {tasks.pages}")
    return [DividerBlock(), page, ActionsBlock(block_id="turning", elements=buttons)]


def _button(action_id: str, label: str, value: str, *, confirm: ConfirmObject | None = None) -> ButtonElement:
    return ButtonElement(action_id=action_id, text=PlainTextObject(text=label), value=value, confirm=confirm)
