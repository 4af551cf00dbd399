"""What the buttons of a note about rules carry: ids, by which everything else is looked up in the presser's workspace."""

import re
from dataclasses import dataclass
from typing import Final, Self

from bot.learning.rules.decisions import NoSuchRule
from storage.models import Correction, Rule
from storage.unit_of_work import UnitOfWork

_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class NoteRef:
    """The rule a button is about, the correction whose note it stands in, and the rules that note tells of."""

    rule_id: str
    correction_id: str
    rule_ids: tuple[str, ...]

    @property
    def value(self) -> str:
        """Return it as a button's value or a modal's `private_metadata`."""
        return ":".join((self.rule_id, self.correction_id, *self.rule_ids))

    @classmethod
    def read(cls, value: str) -> Self:
        """Read what a button or a modal carries.

        Raises:
            NoSuchRule: it is nothing that we wrote.
        """
        rule_id, *rest = value.split(":")
        if len(rest) < 2 or not all(_ID.fullmatch(one) for one in (rule_id, *rest)):
            raise NoSuchRule
        return cls(rule_id, rest[0], tuple(rest[1:]))


async def find_correction(unit: UnitOfWork, workspace_id: str, *, correction_id: str) -> Correction:
    """Return the correction behind a note.

    Raises:
        NoSuchRule: this workspace has none.
    """
    correction = await unit.corrections.find_by_id(workspace_id, correction_id=correction_id)
    if correction is None:
        raise NoSuchRule
    return correction


async def find_rule(unit: UnitOfWork, workspace_id: str, *, rule_id: str) -> Rule:
    """Return a rule of this workspace, whatever its state.

    Raises:
        NoSuchRule: there is none.
    """
    rule = await unit.rules.find(workspace_id, rule_id=rule_id)
    if rule is None:
        raise NoSuchRule
    return rule
