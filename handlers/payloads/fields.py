"""Reads single fields of a raw body; what is missing or of another type never goes unnoticed."""

import re
from collections.abc import Mapping
from typing import Any

from bot.errors import BotError

_TS = re.compile(r"(\d{1,12})\.(\d{1,6})", re.ASCII)
_EVENT_ID = re.compile(r"[!-~]{1,200}")
_EVENT_TYPE = re.compile(r"[\w.]{1,64}", re.ASCII)

_WORKSPACE: tuple[tuple[str | int, ...], ...] = (
    ("view", "app_installed_team_id"),
    ("team", "id"),
    ("authorizations", 0, "team_id"),
    ("team_id",),
    ("user", "team_id"),
)


class Unreadable(BotError):
    """Slack sent something that lacks what it always has; trying again would not help."""

    code = "unreadable"
    sentence = "Slack sent me something I could not read. Please try once more."


class Payload:
    """Reads fields of a raw body by path; what is missing or of another type never goes unnoticed."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def find(self, *path: str | int) -> Any:
        """Return what stands at `path`, or None."""
        value = self._body
        for step in path:
            if isinstance(value, Mapping) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def maybe(self, *path: str | int) -> str | None:
        """Return the text at `path`; None when there is none or it is empty."""
        value = self.find(*path)
        return value if isinstance(value, str) and value else None

    def text(self, *path: str | int) -> str:
        """Return the text at `path`.

        Raises:
            Unreadable: there is none.
        """
        value = self.maybe(*path)
        if value is None:
            raise Unreadable(code=f"no {'.'.join(map(str, path))}"[:64])
        return value


def event_us(ts: str) -> int:
    """Return Slack's "1731000000.000100" in microseconds.

    Raises:
        Unreadable: it is not a Slack time.
    """
    match = _TS.fullmatch(ts)
    if match is None:
        raise Unreadable(code="no time")
    return int(match[1]) * 1_000_000 + int(match[2].ljust(6, "0"))


def workspace_of(body: Any) -> str | None:
    """Return the workspace that installed us; in shared channels other workspaces are named as well."""
    payload = Payload(body)
    for path in _WORKSPACE:
        if found := payload.maybe(*path):
            return found
    return None


def known_workspace(body: Any) -> str:
    """Return the workspace that installed us.

    Raises:
        Unreadable: none is named.
    """
    workspace_id = workspace_of(body)
    if workspace_id is None:
        raise Unreadable(code="no team_id")
    return workspace_id


def event_type(body: Any) -> str:
    """Return the type of an event in Slack's words (``message``)."""
    found = Payload(body).maybe("event", "type")
    return found if found and _EVENT_TYPE.fullmatch(found) else "unknown"


def readable_event_id(body: Any) -> str | None:
    """Return Slack's id of this event, if it has a sane one."""
    found = Payload(body).maybe("event_id")
    return found if found and _EVENT_ID.fullmatch(found) else None


def user_of(body: Any) -> tuple[str | None, str | None]:
    """Return the person and the channel of an interaction, for a note that only they see."""
    payload = Payload(body)
    user = payload.maybe("user", "id") or payload.maybe("user_id")
    channel = payload.maybe("channel", "id") or payload.maybe("channel_id")
    return user, channel or payload.maybe("container", "channel_id")


def input_blocks(body: Any) -> list[str]:
    """Return the block ids of a modal's inputs, from the top: where Slack shows errors beside what was typed."""
    blocks = Payload(body).find("view", "blocks") or []
    inputs = (Payload(block) for block in blocks if Payload(block).maybe("type") == "input")
    return [found for block in inputs if (found := block.maybe("block_id"))]
