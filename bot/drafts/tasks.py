"""The built-in tasks: a named kind of draft with its own instructions."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Task:
    """A kind of draft. `name` is what settings and tables hold, `title` is what people read."""

    name: str
    title: str
    instructions: str


_ALL = (
    Task(
        "reply",
        "Reply",
        "Write a reply to the conversation in the context. Answer what was asked, in the words of somebody who "
        "was there. Start with the answer, not with thanks.",
    ),
    Task(
        "announcement",
        "Announcement",
        "Write an announcement for a team channel. Lead with the news in one sentence, then what changes for the "
        "reader, then what to do and by when, if anything.",
    ),
    Task(
        "release-notes",
        "Release notes",
        "Write release notes. One line on what this release is about, then a list with one change per line, each "
        "from the user's point of view. Name breaking changes first.",
    ),
    Task(
        "social-post",
        "Social post",
        "Write one short post for a social network: one idea, concrete, no hashtags unless the brief asks for them.",
    ),
    Task(
        "resume-bullet",
        "Résumé bullet",
        "Write one résumé bullet: a strong verb, what was done, and the result with its figure. Use only facts "
        "and figures from the brief; invent none.",
    ),
    Task("plain", "Draft", "Write the text that the brief asks for, in the form it asks for."),
)
TASKS: Final[dict[str, Task]] = {task.name: task for task in _ALL}
PLAIN: Final = TASKS["plain"]


def find_task(name: str) -> Task | None:
    """Return the task of this name, if there is one."""
    return TASKS.get(name)


def task_or_plain(name: str) -> Task:
    """Return the task of this name; a draft whose task is gone is written plainly."""
    return TASKS.get(name, PLAIN)
