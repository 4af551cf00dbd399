"""Reactions as chips: skin tones of one emoji share a chip, as in Slack."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.sandbox.page.rendering.emoji import base_name, find_emoji
from bot.sandbox.page.rendering.names import Names


@dataclass(frozen=True, slots=True)
class Chip:
    """One emoji under a message."""

    name: str  # what a press adds or takes back; the viewer's own tone if they have one
    shown: str
    count: int
    people: str
    is_mine: bool


def chips(reactions: Mapping[str, Iterable[str]], *, names: Names) -> list[Chip]:
    """Return the chips in the order in which their emoji came."""
    families: dict[str, list[tuple[str, str]]] = {}
    for name, users in reactions.items():
        families.setdefault(base_name(name), []).extend((name, user) for user in users)
    return [_chip(base, given, names=names) for base, given in families.items() if given]


def _chip(base: str, given: list[tuple[str, str]], *, names: Names) -> Chip:
    mine = next((name for name, user in given if user == names.viewer), "")
    people = list(dict.fromkeys(user for _, user in given))
    told = ", ".join(names.person(user) for user in people)
    shown = find_emoji(mine or given[0][0]) or f":{base}:"
    return Chip(mine or base, shown, len(people), told, bool(mine))
