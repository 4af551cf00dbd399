"""What every settings form shares: where it was opened, what it showed, and what to say when that has changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from bot.errors import BotError


class ChangedMeanwhile(BotError):
    """Somebody saved the same settings while this form was open."""

    code = "changed_meanwhile"
    sentence = (
        "Somebody else changed this while you had it open, so I saved nothing. "
        "Close this window and open it again to see how it is now."
    )


@dataclass(frozen=True)
class Place:
    """Where a form stands: it travels in a modal's metadata.

    Args:
        channel_id: the channel that the hub was opened in, if it was one.
        hub_id: the hub's own view, which is shown anew after a change.
        list_id: the list of tasks, when the form lies on top of it.
        page: the page of that list.
        subject: what the form is about, such as a task's name.
        seen: the fingerprint of what the form showed.
    """

    channel_id: str | None = None
    hub_id: str | None = None
    list_id: str | None = None
    page: int = 0
    subject: str | None = None
    seen: str = ""

    def to_json(self) -> str:
        """Return it as a modal's metadata."""
        return json.dumps({name: value for name, value in asdict(self).items() if value})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a modal's metadata; what is missing or unknown is as it is by default."""
        given = json.loads(text) if text else {}
        names = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in given.items() if name in names})


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return a short name for a state of settings: another state has another name."""
    told = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what differs, as [before, after] by name."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
