"""What the page says was entered or chosen, checked against the element it stands in.

Slack's client never sends a choice of the wrong kind; a page that anybody can script might, so it is refused here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.blocks import elements_of
from bot.sandbox.errors import CannotError
from bot.sandbox.form import Entries, field_name
from bot.sandbox.records import Json
from bot.sandbox.workspace import Workspace

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_MOST_CHOICES = 100


@dataclass(frozen=True)
class Entering:
    """Somebody filling in fields: ``tz`` is the zone in which they read clocks."""

    workspace: Workspace
    tz: str

    def entries(self, blocks: list[Json], state: Entries) -> Entries:
        """Every entry as ``Person.submit`` takes it.

        Raises:
            CannotError: a field is not there, or the entry is not of its kind.
        """
        elements = {
            (block["block_id"], element.get("action_id")): element
            for block in blocks
            for element in elements_of(block)
        }
        entered: Entries = {}
        for block_id, fields in state.items():
            for action_id, value in fields.items():
                element = elements.get((block_id, action_id))
                if element is None:
                    raise CannotError("A field is gone. Please look again.")
                entered.setdefault(block_id, {})[action_id] = self.entry(element, value)
        return entered

    def entry(self, element: Json, value: Any) -> Any:
        """One entry; what is empty becomes what Slack sends for it.

        Raises:
            CannotError: it is not of the element's kind.
        """
        name = field_name(element)
        if name.endswith("s"):
            return [self._one(name[:-1], entry) for entry in _several(value)]
        if value in (None, ""):
            return value if name == "value" else None
        return self._one(name, value)

    def _one(self, name: str, value: Any) -> Any:
        checks: dict[str, Callable[[Any], Any]] = {
            "value": _text,
            "selected_option": _text,
            "selected_user": self._user,
            "selected_conversation": self._conversation,
            "selected_channel": self._conversation,
            "selected_date": _date,
            "selected_time": _time,
            "selected_date_time": self._moment,
            "rich_text_value": _rich_text,
        }
        if name not in checks:
            raise CannotError("Files cannot be added on this page.")
        return checks[name](value)

    def _user(self, value: Any) -> str:
        if _text(value) not in self.workspace.members:
            raise CannotError("There is no such person.")
        return str(value)

    def _conversation(self, value: Any) -> str:
        if _text(value) not in self.workspace.channels:
            raise CannotError("There is no such channel.")
        return str(value)

    def _moment(self, value: Any) -> int:
        if isinstance(value, int):
            return value
        try:
            wall = datetime.fromisoformat(_text(value))
            return int((wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(self.tz))).timestamp())
        except (ValueError, OverflowError):
            raise CannotError("That is no moment in time.") from None


def text_problem(element: Json, value: Any) -> str:
    """Why Slack's client would not take a text in a field of this kind; empty when it would."""
    if not isinstance(value, str) or not value:
        return ""
    if element["type"] == "email_text_input" and not _ADDRESS.fullmatch(value):
        return "Please enter an email address."
    if element["type"] == "url_text_input" and not value.startswith(("http://", "https://")):
        return "Please enter a link that begins with https://."
    if element["type"] == "number_input" and not _NUMBER.fullmatch(value):
        return "Please enter a number."
    return ""


def _several(value: Any) -> list[Any]:
    if value in (None, ""):
        return []
    if not isinstance(value, list) or len(value) > _MOST_CHOICES:
        raise CannotError("That is no list of choices.")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise CannotError("A field takes text only.")
    return value


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(_text(value)).isoformat()
    except ValueError:
        raise CannotError("That is no date.") from None


def _time(value: Any) -> str:
    if not _TIME.fullmatch(_text(value)):
        raise CannotError("That is no time of day.")
    return str(value)


def _rich_text(value: Any) -> Json:
    if isinstance(value, str):
        line = {"type": "rich_text_section", "elements": [{"type": "text", "text": value}]}
        return {"type": "rich_text", "elements": [line]}
    if not isinstance(value, dict) or value.get("type") != "rich_text":
        raise CannotError("A field takes text only.")
    return value
