"""Which release writes now, and how it differs from the one before, in plain words. Pure.

Rules are counted and never quoted: some are of private channels, and these words are read in many places.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal

from bot.releases.registry import ReleaseDiff
from bot.releases.release_words import build_name, build_tasks
from bot.slack.text import escape
from storage.models import Release

Kind = Literal["promoted", "rolled_back", "settings"]
PROGRAM: Final = "program"
_KINDS: Final = {"reworded": "reworded", "dropped": "left out", "added": "added"}
_FALLEN: Final = (
    "*{new} writes {tasks} again.* People have had more to correct in the drafts of {old} than in those before, so I "
    "took it back by myself."
)


@dataclass(frozen=True, slots=True)
class Change:
    """Another release began to write.

    Args:
        kind: how that came.
        task: whose drafts; "" is every task without a seat of its own.
        champion: what writes now.
        before: what wrote until then.
        by: who decided, or `program`.
    """

    kind: Kind
    task: str
    champion: Release
    before: Release
    by: str


def build_change(change: Change) -> str:
    """Say what writes now, who decided that, and why."""
    new, old = build_name(change.champion.number), build_name(change.before.number)
    tasks = build_tasks(change.task)
    if change.kind == "rolled_back":
        if change.by == PROGRAM:
            return _FALLEN.format(new=new, old=old, tasks=tasks)
        return f"*{new} writes {tasks} again:* {_who(change.by)} rolled {old} back."
    if change.kind == "settings":
        return f"*{new} writes {tasks} from now on:* this deployment's settings have changed."
    how = (
        "It proved to be better, and went live by itself."
        if change.by == PROGRAM
        else f"{_who(change.by)} promoted it."
    )
    return f"*{new} writes {tasks} from now on,* in place of {old}. {how}"


def _who(by: str) -> str:
    return f"<@{escape(by)}>" if by[:1] in {"U", "W"} else "Whoever runs me"


def build_changes(diff: ReleaseDiff) -> list[str]:
    """Say what two releases do differently: settings by name, rules by number."""
    settings = [
        f"{escape(str(name))}: {escape(str(first))} → {escape(str(second))}"
        for name, first, second in diff.settings
    ]
    counted = Counter(kind for kind, _, _ in diff.rules)
    rules = [_counted(number, kind) for kind, number in counted.items()]
    return [*settings, *rules]


def _counted(number: int, kind: str) -> str:
    return f"{number} {'rule' if number == 1 else 'rules'} {_KINDS.get(kind, escape(kind))}"
