"""Tasks: named kinds of drafts with their own instructions; ours, and those that a workspace wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from storage.models import TeamTask
from storage.unit_of_work import UnitOfWork


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
TASKS: Final[Mapping[str, Task]] = {task.name: task for task in _ALL}
PLAIN: Final = TASKS["plain"]


@dataclass(frozen=True)
class TaskBook:
    """The tasks of one workspace, by name.

    Args:
        tasks: all of them, the built-in ones first.
        retired: those that are no longer offered; old drafts keep them.
        own: those that the workspace wrote, or wrote over ours.
    """

    tasks: Mapping[str, Task]
    retired: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()

    @classmethod
    def of(cls, own: Iterable[TeamTask]) -> Self:
        """Put a workspace's own tasks over the built-in ones."""
        own = list(own)
        written = {task.name: Task(task.name, task.title, task.instructions) for task in own}
        retired = frozenset(task.name for task in own if task.retired)
        return cls(
            {**TASKS, **written},
            retired,
            frozenset(name for name, task in written.items() if task != TASKS.get(name)),
        )

    def offered(self) -> tuple[Task, ...]:
        """Return the tasks that people may pick."""
        return tuple(task for name, task in self.tasks.items() if name not in self.retired)

    def find(self, name: str) -> Task | None:
        """Return the task of this name if people may pick it."""
        return None if name in self.retired else self.tasks.get(name)

    def get(self, name: str) -> Task:
        """Return the task that a draft has; one whose task is gone is written plainly."""
        return self.tasks.get(name) or self.tasks.get(PLAIN.name, PLAIN)

    def title_of(self, name: str) -> str:
        """Return what people read for a task; for one that is not ours (any more) its name."""
        task = self.tasks.get(name)
        return task.title if task else name

    def standing_in_for(self, name: str) -> str:
        """Return the name of the task that a channel's drafts have: its own, or the plain one if that is not offered."""
        return name if self.find(name) else PLAIN.name


async def read_tasks(unit: UnitOfWork, workspace_id: str) -> TaskBook:
    """Return the tasks of a workspace."""
    return TaskBook.of(await unit.tasks.of_workspace(workspace_id))
