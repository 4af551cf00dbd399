"""A task as an admin writes it: what its fields may hold, and the name that its title makes."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from bot.team.forms import fingerprint
from bot.team.tasks import Task

LONGEST_NAME: Final = 40
LONGEST_TITLE: Final = 40
LONGEST_INSTRUCTIONS: Final = 3_000
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_RESERVED: Final = frozenset({"me", "last", "day", "days"})  # words of `/draftloop stats`
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class TaskForm:
    """A task as an admin wrote it; without a `name` one is made of the title."""

    title: str
    instructions: str
    name: str = ""

    @property
    def chosen_name(self) -> str:
        """The name the task gets."""
        return self.name.strip().lower() or name_of(self.title)

    def problems(self, *, is_new: bool) -> dict[str, str]:
        """Return what is wrong, by field."""
        problems = {
            "title": _length_problem(self.title, LONGEST_TITLE),
            "instructions": _length_problem(self.instructions, LONGEST_INSTRUCTIONS),
            "name": _name_problem(self.chosen_name) if is_new else "",
        }
        return {block: problem for block, problem in problems.items() if problem}


def name_of(title: str) -> str:
    """Return the name that a title makes: `Résumé bullet!` is `resume-bullet`; empty when it has no letters we know."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_NAMES.sub("-", letters).strip("-")[:LONGEST_NAME].strip("-")


def seen_of(task: Task) -> str:
    """Return the fingerprint of a task's words."""
    return fingerprint({"title": task.title, "instructions": task.instructions})


def _length_problem(text: str, limit: int) -> str:
    if not text.strip():
        return "Please write something here."
    return f"Please keep it to {limit:,} characters." if len(text.strip()) > limit else ""


def _name_problem(name: str) -> str:
    if not name:
        return "Please write a name of letters from a to z, like `press-release`."
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        return f"A name is up to {LONGEST_NAME} lower-case letters, digits and hyphens, and starts with a letter."
    return (
        "That word means something else in `/draftloop stats`. Please pick another."
        if name in _RESERVED
        else ""
    )
