"""What the composer completes: commands with their subcommands, shortcuts, people, channels."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from zlib import crc32

from bot.sandbox.page.about import About, Completion
from bot.sandbox.page.seeing import channels_of
from bot.sandbox.people import Person
from bot.sandbox.records import Json
from bot.sandbox.workspace import AppCommand, Workspace

# A bar between two usages, not one inside brackets: "stats [me | task] [7d|30d] | help".
_BETWEEN_USAGES = re.compile(r"\s\|\s(?![^\[]*\])")
_WORD = re.compile(r"[a-z][a-z0-9_-]*")


def suggestions(workspace: Workspace, *, person: Person, about: About) -> Json:
    """The answer to ``GET /suggestions``."""
    seen = channels_of(workspace, person.member)
    return {
        "commands": [_command(command, about) for command in workspace.app.commands],
        "global_shortcuts": _shortcuts(workspace, "global"),
        "message_shortcuts": _shortcuts(workspace, "message"),
        "people": [
            {"id": member.user_id, "name": member.name, "avatar": crc32(member.user_id.encode()) % 8}
            for member in workspace.members.values()
            if not member.deleted
        ],
        "channels": [{"id": channel.id, "name": channel.name} for channel in seen],
    }


def _command(command: AppCommand, about: About) -> Json:
    given = about.completions.get(command.name) or tuple(_read_from(command.usage))
    words = [asdict(completion) for completion in given]
    facts = {"name": command.name, "usage": command.usage, "description": command.description}
    return facts | {"subcommands": words}


def _read_from(usage: str) -> Iterator[Completion]:
    """The subcommands a usage names; "what to write" names none: only a usage with brackets or bars does."""
    parts = _BETWEEN_USAGES.split(usage)
    if len(parts) == 1 and "[" not in usage:
        return
    for part in parts:
        word = part.strip().partition(" ")[0]
        if _WORD.fullmatch(word):
            yield Completion(word, part.strip())


def _shortcuts(workspace: Workspace, kind: str) -> list[Json]:
    return [
        {"callback_id": shortcut.callback_id, "name": shortcut.name, "description": shortcut.description}
        for shortcut in workspace.app.shortcuts
        if shortcut.kind == kind
    ]
