"""What somebody may have meant by a word that is no command: another word for it, its beginning, or a slip."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

_ALIKE: Final = 0.6  # `hlep` and `setings` are slips, `frobnicate` is none
_SHORTEST_BEGINNING: Final = 2
_SAME: Final = {
    "attest": "allow allowed consent confirm permission",
    "digest": "report reports weekly summary",
    "every": "schedule scheduled recurring repeat repeating remind cron daily each "
    "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday weekday weekdays",
    "export": "download dump",
    "help": "commands command usage hello hi info man ? what how",
    "privacy": "erase forget gdpr optout opt-out data delete",
    "releases": "release versions version rollback champion",
    "retrain": "train training learn learning finetune fine-tune",
    "rules": "rule playbook style learned",
    "settings": "config configure configuration setup options preferences prefs admin tone reviewers emoji tasks task",
    "stats": "stat statistics statistic figures numbers metrics dashboard score scores",
    "timezone": "zone tz time clock",
    "trials": "trial test ab experiment",
}
_MEANT: Final = {word: name for name, words in _SAME.items() for word in words.split()}


def nearest(word: str, *, names: Collection[str]) -> str | None:
    """Return the command that a word most likely means; None when there is none near."""
    word = word.lower().strip("`'\".,:;!-/")
    meant = _MEANT.get(word)
    if meant in names:
        return meant
    return _by_beginning(word, names) or _by_slip(word, names)


def _by_beginning(word: str, names: Collection[str]) -> str | None:
    if len(word) < _SHORTEST_BEGINNING:
        return None
    begun = sorted(name for name in names if name.startswith(word) or word.startswith(name))
    return begun[0] if begun else None


def _by_slip(word: str, names: Collection[str]) -> str | None:
    spellings = {name: name for name in names} | {
        other: name for other, name in _MEANT.items() if name in names and len(other) > 3
    }
    near = get_close_matches(word, spellings, n=1, cutoff=_ALIKE)
    return spellings[near[0]] if near else None
