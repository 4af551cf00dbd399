"""How a workspace words its tasks and how its channels sound: training prompts say it as today's drafts hear it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from bot.team.tasks import Task, TaskBook
from bot.training.stories import without_mentions
from storage.queries.training import Material


@dataclass(frozen=True, slots=True)
class Ways:
    """A workspace's tasks, and its channels' tones by id; mentions in them are pseudonyms."""

    tasks: TaskBook
    tones: Mapping[str, str]

    @classmethod
    def of(cls, material: Material, *, pseudonym: Callable[[str], str]) -> Self:
        """Read what the workspace decided."""

        def clean(text: str) -> str:
            return without_mentions(text, pseudonym=pseudonym)

        book = TaskBook.of(material.tasks)
        tasks = {name: Task(name, task.title, clean(task.instructions)) for name, task in book.tasks.items()}
        return cls(TaskBook(tasks), {channel_id: clean(tone) for channel_id, tone in material.tones.items()})
