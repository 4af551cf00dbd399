"""Where somebody stands in the screens about rules: it travels in a modal's metadata, ids and numbers only."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from bot.slack.blocks.rules import EVERY_TASK, STATES


@dataclass(frozen=True)
class RulesPlace:
    """Which list somebody looks at, and what lies on top of it.

    Args:
        here: the channel that it was opened in, if it was one.
        state: which rules, one of `STATES`.
        channel_id: only those that hold there.
        task: only those that hold for drafts of it.
        page: of the list, from 0.
        searched: whether the list was searched by words, which stand in its field only.
        list_id: the list's view, below a rule's page or a form.
        rule_id: the rule that a page or form is about.
        page_id: that page's view, below a form.
        version: the rule's version that the page or form shows.
    """

    here: str | None = None
    state: str = "live"
    channel_id: str | None = None
    task: str | None = None
    page: int = 0
    searched: bool = False
    list_id: str | None = None
    rule_id: str | None = None
    page_id: str | None = None
    version: int = 0

    def choosing(self, values: Mapping[str, str | None]) -> Self:
        """Return the first page of what stands in the list's fields."""
        state, task = values.get("rules_state") or self.state, values.get("rules_task") or self.task
        return replace(
            self,
            state=state if state in STATES else "live",
            task=None if task == EVERY_TASK else task,
            channel_id=values.get("rules_channel"),
            page=0,
        )

    def to_json(self) -> str:
        """Return it as a modal's metadata."""
        return json.dumps({name: value for name, value in asdict(self).items() if value})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a modal's metadata; what is missing, unknown or of another kind is as it is by default."""
        given = _read(text)
        usual = cls()
        kinds = {field.name: type(getattr(usual, field.name)) for field in fields(cls)}
        known: dict[str, Any] = {
            name: value
            for name, value in given.items()
            if name in kinds and isinstance(value, str if kinds[name] is type(None) else kinds[name])
        }
        place = cls(**known)
        return place if place.state in STATES and place.page >= 0 else cls(here=place.here)


def _read(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text) if text else {}
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}
