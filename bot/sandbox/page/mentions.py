"""What somebody typed, with names turned into Slack's own syntax, as its client does on the way out."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from bot.sandbox.records import Channel
from bot.sandbox.workspace import Workspace

# Code stays as it is, and so does what is in Slack's syntax already.
_UNTOUCHED = re.compile(r"(```.*?```|`[^`\n]*`|<[^<>\n]*>)", re.DOTALL)
_ADDRESS = re.compile(r"(?<!\w)https?://[^\s<>`|]+[^\s<>`|.,;:!?)\]}'\"*_~]")
_EVERYBODY = {f"@{word}": f"<!{word}>" for word in ("here", "channel", "everyone")}


def spelled(text: str, *, workspace: Workspace, channels: Iterable[Channel], named: bool = False) -> str:
    """The text with ``@Name``, ``#channel`` and web addresses as Slack sends them.

    Args:
        text: as typed.
        workspace: who can be named.
        channels: which channels the writer sees.
        named: whether the name goes along with a person's id, as in slash commands.
    """
    people = {
        f"@{member.name}": f"<@{member.user_id}|{member.handle}>" if named else f"<@{member.user_id}>"
        for member in workspace.members.values()
        if not member.deleted
    }
    places = {f"#{channel.name}": f"<#{channel.id}|{channel.name}>" for channel in channels}
    return _replaced(text, _EVERYBODY | people | places)


def _replaced(text: str, spellings: Mapping[str, str]) -> str:
    lowered = {name.lower(): spelling for name, spelling in spellings.items()}
    # The longest first: "@Ana Ruiz" before "@Ana".
    names = "|".join(re.escape(name) for name in sorted(lowered, key=len, reverse=True))
    named = re.compile(rf"(?<![\w@#])(?:{names})(?![\w-])", re.IGNORECASE)
    # Some letters match without being the same in lower case: those stay as typed.
    spell = partial(named.sub, lambda found: lowered.get(found[0].lower(), found[0]))
    return _outside_code(spell, _outside_code(_linked, text))


def _linked(text: str) -> str:
    return _ADDRESS.sub(lambda address: f"<{address[0]}>", text)


def _outside_code(change: Callable[[str], str], text: str) -> str:
    parts = _UNTOUCHED.split(text)
    parts[::2] = [change(part) for part in parts[::2]]
    return "".join(parts)
