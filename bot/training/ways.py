"""How a workspace asks for drafts today: its tasks' words, its channels' tones and its champions' layouts of prompts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self, cast

from bot.drafts.prompt_parts import Layout
from bot.team.tasks import Task, TaskBook
from bot.training.stories import without_mentions
from storage.models.release import EVERY_TASK
from storage.queries.training import Circumstances


@dataclass(frozen=True, slots=True)
class Ways:
    """A workspace's tasks, its channels' tones by id, its layouts by task; mentions in them are pseudonyms."""

    tasks: TaskBook
    tones: Mapping[str, str]
    layouts: Mapping[str, Layout]

    @classmethod
    def of(
        cls, circumstances: Circumstances, *, pseudonym: Callable[[str], str], layout: Layout = "sections"
    ) -> Self:
        """Read what the workspace decided; `layout` is the deployment's, where no release was chosen yet."""

        def clean(text: str) -> str:
            return without_mentions(text, pseudonym=pseudonym)

        book = TaskBook.of(circumstances.tasks)
        tasks = {name: Task(name, task.title, clean(task.instructions)) for name, task in book.tasks.items()}
        tones = {channel_id: clean(tone) for channel_id, tone in circumstances.tones.items()}
        layouts = {task: cast("Layout", chosen) for task, chosen in circumstances.layouts.items()}
        return cls(TaskBook(tasks), tones, {EVERY_TASK: layout, **layouts})

    def layout(self, task: str) -> Layout:
        """Return how prompts for drafts of a task are laid out: by its own champion, or by that of every task."""
        return self.layouts.get(task, self.layouts[EVERY_TASK])
