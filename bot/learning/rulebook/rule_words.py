"""Says in plain words how a rule stands, for lists and pages: mrkdwn, escaped."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.learning.rules.decisions import Decided
from bot.learning.scopes import Scope
from bot.learning.telling.scope_words import scope_in_words
from bot.slack.blocks.rules import RuleRow
from bot.team.tasks import TaskBook
from storage.models import Rule

_WAITS: Final[Mapping[str, str]] = {
    "admin": "waits for an admin",
    "poll": "people differ, the channel is asked",
    "budget": "waits for room: there are many rules already",
}
ENDED: Final[Mapping[str, str]] = {
    "undone": "somebody undid it",
    "outweighed": "more speaks for something else",
    "merged": "another rule covers it",
    "replaced": "another rule took its place",
    "outvoted": "the channel decided otherwise",
    "either": "the channel said that either is fine",
    "unsupported": "what it rested on was taken back",
    "faded": "nobody said so for a long time",
    "budget": "other rules were more useful",
    "release": "a release that proved better does without it",
    "release_over": "it came with a release that writes no longer",
}
_DONE: Final[Mapping[str, str]] = {
    "approved": "*Approved.* Drafts follow it from now on.",
    "retired": "*Retired.* Drafts no longer follow it.",
    "edited": "*Saved.* Drafts follow the new words from now on.",
    "rescoped": "*Saved.* It holds there from now on.",
}
_WAITS_FOR_EVIDENCE: Final = "waits for more people or drafts that say so"


def build_row(rule: Rule, *, tasks: TaskBook, effect: str) -> RuleRow:
    """Build a rule's row in the list; `effect` may be nothing."""
    used = f"in {_many(rule.used, 'draft')}" if rule.used else ""
    about = (_state(rule), build_support(rule), used, effect)
    return RuleRow(
        rule.id,
        rule.number,
        rule.text,
        scope_in_words(Scope.of(rule), tasks=tasks),
        tuple(filter(None, about)),
    )


def build_state(rule: Rule) -> str:
    """Say a rule's state, since when, and why."""
    if rule.state == "active":
        return f"active since {build_date(rule.activated_at or rule.changed_at)}"
    if rule.state == "proposed":
        return f"proposed {build_date(rule.created_at)}: {build_waiting(rule)}"
    why = ENDED.get(rule.reason, "")
    return f"{rule.state} since {build_date(rule.changed_at)}{f': {why}' if why else ''}"


def build_waiting(rule: Rule) -> str:
    """Say what a proposed rule waits for."""
    if rule.origin == "written" and rule.reason not in _WAITS:
        return "waits for a decision"
    return _WAITS.get(rule.reason, _WAITS_FOR_EVIDENCE)


def build_support(rule: Rule) -> str:
    """Say how many people are for it and how many against."""
    if not (rule.supporters or rule.opposers):
        return ""
    return f"{rule.supporters} for, {rule.opposers} against"


def build_date(moment: datetime) -> str:
    """Say a day as people write it: `3 Nov 2026`."""
    return f"{moment.day} {moment:%b %Y}"


def _state(rule: Rule) -> str:
    return f"*proposed*: {build_waiting(rule)}" if rule.state == "proposed" else rule.state


def _many(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def build_done(decided: Decided) -> str:
    """Say what a decision did."""
    if decided.action == "proposed" and decided.rules:
        rule = decided.rules[0]
        holds = rule.state == "active"
        after = (
            "It holds from the next draft on."
            if holds
            else "It waits for a decision; until then no draft follows it."
        )
        return f"*Rule {rule.number:,} is noted.* {after}"
    if decided.action == "unchanged":
        number = "".join(f" (rule {rule.number:,})" for rule in decided.rules[:1])
        return f"It was so already{number}."
    return _DONE.get(decided.action, "")
