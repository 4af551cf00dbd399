"""Reads what somebody typed after `/draftloop rules`, and finds rules by words."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.slack.blocks.rules import LONGEST_WORDS
from bot.team.tasks import TaskBook

_CHANNEL = re.compile(r"<#(?P<id>[A-Z0-9]{1,64})(?:\|[^>]*)?>")
_STATES: Final = {
    "active": "active",
    "proposed": "proposed",
    "retired": "closed",
    "expired": "closed",
    "all": "all",
}
_STORED: Final[Mapping[str, tuple[str, ...]]] = {
    "live": ("active", "proposed"),
    "active": ("active",),
    "proposed": ("proposed",),
    "closed": ("retired", "expired"),
    "all": ("active", "proposed", "retired", "expired"),
}


@dataclass(frozen=True)
class Asked:
    """What was asked for: words to search for, and what narrows the list."""

    words: str = ""
    state: str = "live"
    channel_id: str | None = None
    channel_name: str | None = None
    task: str | None = None


def read_asked(text: str, *, tasks: TaskBook) -> Asked:
    """Read the words in any order; what is neither a state, a channel nor a task is searched for."""
    found: dict[str, str] = {}
    words = []
    for word in text.split():
        meaning = _meaning(word, tasks)
        if meaning and not meaning.keys() & found.keys():
            found |= meaning
        else:
            words.append(word)
    return Asked(words=" ".join(words)[:LONGEST_WORDS], **found)


def stored_states(state: str) -> tuple[str, ...]:
    """Return the states of rules that a choice stands for."""
    return _STORED.get(state, _STORED["live"])


def search(words: str, texts: Iterable[tuple[str, int, str]]) -> list[str]:
    """Return the ids of rules that hold all the words, in the order given; a number is a rule's number, too."""
    wanted = folded(words).split()
    return [rule_id for rule_id, number, text in texts if _holds(wanted, str(number), folded(text))]


def folded(text: str) -> str:
    """Return a text as it is compared: without case and without the odd ways to write the same."""
    return unicodedata.normalize("NFKC", text).casefold()


def _holds(wanted: Iterable[str], number: str, text: str) -> bool:
    return all(word in text or word.lstrip("#") == number for word in wanted)


def _meaning(word: str, tasks: TaskBook) -> dict[str, str]:
    if channel := _CHANNEL.fullmatch(word):
        return {"channel_id": channel["id"]}
    if word.startswith("#") and len(word) > 1 and not word[1:].isdigit():
        return {"channel_name": word[1:]}
    lower = word.lower()
    if lower in _STATES:
        return {"state": _STATES[lower]}
    return {"task": lower} if lower in tasks.tasks and lower != "plain" else {}
