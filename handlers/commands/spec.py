"""What a slash command is called and what it does: one spec feeds Bolt, the help text and the manifest."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Listener = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class SlashCommand:
    """A slash command: `name` with its slash, `usage` as Slack shows it while typing."""

    name: str
    usage: str
    description: str
    listener: Listener


@dataclass(frozen=True)
class Subcommand:
    """A word after `/draftloop`: `usage` with its arguments, and whether only admins may use it."""

    name: str
    usage: str
    description: str
    listener: Listener
    for_admins: bool = False


@dataclass(frozen=True)
class SettingsSection:
    """A part of the settings: `open(press, services=…)` pushes its form onto the hub."""

    action_id: str
    label: str
    description: str
    open: Callable[..., Awaitable[None]]
    for_admins: bool = True
