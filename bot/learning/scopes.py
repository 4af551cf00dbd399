"""Where a rule holds, and where a draft stands: a channel, a task, and who asked for it."""

from dataclasses import dataclass
from typing import Self

from storage.models import Draft, Observation, Rule


@dataclass(frozen=True)
class Cell:
    """Where one draft stands. The narrowest thing that observations are kept for."""

    channel_id: str
    task: str
    requester_id: str | None = None

    @classmethod
    def of(cls, row: Draft | Observation) -> Self:
        """Return the cell of a draft, or of what was observed on one."""
        return cls(row.channel_id, row.task, row.requester_id)


@dataclass(frozen=True)
class Scope:
    """Where a rule holds: None means anywhere in the workspace."""

    channel_id: str | None = None
    task: str | None = None
    requester_id: str | None = None

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """Return a stored rule's scope."""
        return cls(rule.channel_id, rule.task, rule.requester_id)

    def covers(self, cell: Cell) -> bool:
        """Tell whether a draft in this cell is within the scope."""
        return (
            self.channel_id in (None, cell.channel_id)
            and self.task in (None, cell.task)
            and self.requester_id in (None, cell.requester_id)
        )

    def includes(self, other: "Scope") -> bool:
        """Tell whether all that another scope covers is within this one; each includes itself."""
        return (
            self.channel_id in (None, other.channel_id)
            and self.task in (None, other.task)
            and self.requester_id in (None, other.requester_id)
        )

    @property
    def narrowness(self) -> int:
        """How narrow the scope is: of two rules about one topic the narrower one counts.

        A person's own scope is narrower than a channel's, a channel's narrower than a task's.
        """
        return (
            4 * (self.requester_id is not None) + 2 * (self.channel_id is not None) + (self.task is not None)
        )


WORKSPACE = Scope()
