"""The lines of a note about what a correction taught, as its rules stand now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.learning.rules.learner import Taught
from bot.learning.scopes import Scope
from bot.learning.telling.note_ref import NoteRef
from bot.learning.telling.scope_words import scope_in_words
from bot.slack.blocks.learned import MOST_LINES, LearnedLine, Standing
from bot.team.tasks import TaskBook
from storage.models import Correction, Rule

_MISSING: Final[Mapping[str, Standing]] = {
    "evidence": "unsure",
    "poll": "undecided",
    "admin": "needs_admin",
    "budget": "no_room",
}

_ENDED: Final[Mapping[str, Standing]] = {"undone": "undone", "outvoted": "outvoted"}


def worth_telling(taught: Sequence[Taught]) -> list[Taught]:
    """Return what a first note tells: only what is news, rules that drafts follow first, at most three."""
    return _most_telling([one for one in taught if one.is_news])


def still_taught(taught: Sequence[Taught], correction: Correction) -> list[Taught]:
    """Return what a note that was told earlier tells now: rules that came with the correction, or since."""
    own = [one for one in taught if one.is_news or _came_at(one.rule) >= correction.created_at]
    return _most_telling(own)


def build_lines(
    rules: Sequence[Rule], *, taught: Sequence[Taught], correction_id: str, tasks: TaskBook
) -> list[LearnedLine]:
    """Return a line for each rule; `taught` is what the correction speaks for now."""
    missing = {one.rule.id: one.missing for one in taught}
    ids = tuple(rule.id for rule in rules)
    return [
        LearnedLine(
            text=rule.text,
            where=scope_in_words(Scope.of(rule), tasks=tasks),
            standing=_standing(rule, missing.get(rule.id, rule.reason)),
            value=NoteRef(rule.id, correction_id, ids).value,
            can_be_narrower=rule.requester_id is None,
        )
        for rule in rules
    ]


def _most_telling(taught: Sequence[Taught]) -> list[Taught]:
    return sorted(taught, key=lambda one: (one.rule.state != "active", one.rule.number))[:MOST_LINES]


def _came_at(rule: Rule) -> datetime:
    return rule.activated_at or rule.created_at


def _standing(rule: Rule, missing: str) -> Standing:
    if rule.state == "active":
        return "follows"
    if rule.state == "proposed":
        return _MISSING.get(missing, "unsure")
    return _ENDED.get(rule.reason, "gone")
