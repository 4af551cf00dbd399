"""The lines of *Why this draft?*: every rule and example that was in the prompt, in words; escaped."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.learning.scopes import Cell, Scope
from bot.learning.telling.scope_words import scope_in_words
from bot.slack.text import escape
from bot.team.tasks import TaskBook
from storage.models import Draft
from storage.unit_of_work import UnitOfWork

_EXAMPLES: Final = {
    "rewrite": "A rewrite of an earlier draft",
    "instruction": "A wish about an earlier draft",
    "accepted": "An earlier draft that was taken as it was",
}
_LONGEST_BRIEF: Final = 80
_MOST_NAMED: Final = 3
_OBSERVATIONS: Final = 1_000  # the latest of the workspace: whoever taught a rule long ago is not looked for


@dataclass(frozen=True)
class Reader:
    """What the lines are told by: the workspace's tasks, and who agreed to be named."""

    tasks: TaskBook
    named: frozenset[str]


async def teachers_of(
    unit: UnitOfWork, workspace_id: str, rules: Sequence[Mapping[str, Any]]
) -> dict[str, list[str]]:
    """Return who taught each rule, by its id: who wrote it, or whose corrections stand for it, the latest first."""
    stored = [rule for rule in rules if rule.get("id")]
    if not stored:
        return {}
    teachers: defaultdict[str, list[str]] = defaultdict(list)
    written = await unit.rule_list.of_ids(workspace_id, rule_ids=[str(rule["id"]) for rule in stored])
    for rule in written.values():
        teachers[rule.id] += [rule.author_id] if rule.author_id else []
    for one in reversed(await unit.observations.counting(workspace_id, limit=_OBSERVATIONS)):
        cell = Cell.of(one)
        for held in stored:
            if Scope(**held["scope"]).covers(cell) and (one.topic, one.stance) == _stand(held):
                teachers[held["id"]].append(one.user_id)
    return {rule_id: list(dict.fromkeys(people)) for rule_id, people in teachers.items()}


def rule_line(rule: Mapping[str, Any], reader: Reader, *, teachers: Sequence[str]) -> str:
    """Tell of one rule: its number and words, where it holds, from whom if they agreed, and whether it was needed."""
    if "number" not in rule:
        return _unnumbered(rule, reader.named)
    if not rule["number"]:
        return f"A rule of this release: {escape(rule['text'])}{_needed(rule)}"
    where = scope_in_words(Scope(**rule["scope"]), tasks=reader.tasks)
    named = [f"<@{person}>" for person in teachers if person in reader.named][:_MOST_NAMED]
    who = f"; taught by {', '.join(named)}" if named else ""
    words = "; in this release's words" if rule.get("by_release") else ""
    return f"Rule {rule['number']}: {escape(rule['text'])} ({where}{who}{words}{_needed(rule)})"


async def example_line(
    unit: UnitOfWork, draft: Draft, example: Mapping[str, Any], named: Collection[str]
) -> str:
    """Tell of one example: what it is, what its draft was about, and from whom it is if they agreed."""
    source = await unit.drafts.find(example["draft_id"], workspace_id=draft.workspace_id)
    brief = (source.brief or "") if source else ""
    about = brief if len(brief) <= _LONGEST_BRIEF else f"{brief[:_LONGEST_BRIEF]}…"
    who = f", from <@{example['user_id']}>" if example["user_id"] in named else ""
    place = f" in <#{source.channel_id}>" if source and source.channel_id != draft.channel_id else ""
    what = _EXAMPLES.get(example["kind"], "An example")
    return f"{what}{place}{who}" + (f": “{escape(about)}”" if about else "")


def _stand(rule: Mapping[str, Any]) -> tuple[str, str]:
    return str(rule["topic"]), str(rule["stance"])


def _needed(rule: Mapping[str, Any]) -> str:
    return "; the model's text was put right by it" if rule["changed_text"] else ""


def _unnumbered(rule: Mapping[str, Any], named: Collection[str]) -> str:
    """Tell of a rule from the time before rules were kept: it came with one correction."""
    how = "said" if rule["stated"] else "seen in a rewrite"
    who = f", from <@{rule['user_id']}>" if rule["user_id"] in named else ""
    return f"House style: {escape(rule['text'])} ({how}{who}{_needed(rule)})"
