"""What the playbook trainer may change, and what a candidate of it means. Pure.

A candidate is a text per component: `rule:<id>` for each rule that may change ("" leaves it out), `new:<n>` for a few
rules that are not there yet, `examples` for the most examples in a prompt. One step changes one component, so no model
ever writes the playbook anew.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self, cast

from bot.drafts.release_spec import ReleaseSpec, RuleChange, read_overlay
from bot.evaluation.exercises import Exercise
from bot.learning.house_rule import HouseRule
from bot.learning.rules.playbook import house_rule
from bot.learning.sayings.matching import saying_of
from bot.learning.scopes import Scope
from bot.llm.chat_model import ModelUse
from storage.models import Rule

EXAMPLES: Final = "examples"
NEW_RULES: Final = 3
MOST_RULES: Final = 24  # that one run tries to change: the ones that most drafts saw
MOST_EXAMPLES: Final = 4
FEWEST_EXERCISES: Final = 6
MOST_VALIDATED: Final = 20
MOST_REFLECTED: Final = 40
_RULE: Final = "rule:"
_NEW: Final = "new:"
Candidate = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A run's question, frozen when the run begins.

    Args:
        run_id: of the run.
        spec: how the champion writes.
        rules: those that may change.
        others: the active rules that stay as they are.
        scope: where a new rule would hold.
        reflected: drafts that candidates are thought up from.
        validated: drafts that candidates are chosen by. Neither is ever one of the gate's.
    """

    run_id: str
    spec: ReleaseSpec
    rules: tuple[HouseRule, ...]
    others: tuple[HouseRule, ...]
    scope: Scope
    reflected: tuple[str, ...]
    validated: tuple[str, ...]

    @property
    def seed(self) -> dict[str, str]:
        """The candidate that changes nothing."""
        rules = {f"{_RULE}{rule.id}": rule.text for rule in self.rules}
        new = {f"{_NEW}{number}": "" for number in range(1, NEW_RULES + 1)}
        return {**rules, **new, EXAMPLES: str(self.spec.examples)}

    def rule_of(self, component: str) -> HouseRule | None:
        """Return the rule that a component stands for; None for one that is not there yet."""
        return next((rule for rule in self.rules if f"{_RULE}{rule.id}" == component), None)

    def changes(self, candidate: Candidate) -> tuple[RuleChange, ...]:
        """Return the rules that a candidate changes, and nothing of those it leaves as they are."""
        changed = [_changed(rule, candidate[f"{_RULE}{rule.id}"]) for rule in self.rules]
        new = ((name, text) for name, text in sorted(candidate.items()) if name.startswith(_NEW) and text)
        added = [_added(self, name, text) for name, text in new]
        return tuple(change for change in (*changed, *added) if change is not None)

    def written(self, candidate: Candidate) -> ReleaseSpec:
        """Return a release that writes as a candidate says."""
        overlay = (*self.spec.overlay, *self.changes(candidate))
        return replace(self.spec, overlay=overlay, examples=int(candidate[EXAMPLES]))

    def standing(self, candidate: Candidate, *, without: str = "") -> tuple[HouseRule, ...]:
        """Return every rule that holds under a candidate, but for one component's."""
        kept = [
            replace(rule, text=text)
            for rule in self.rules
            if (name := f"{_RULE}{rule.id}") != without and (text := candidate[name])
        ]
        new = [
            _as_rule(change)
            for name, text in sorted(candidate.items())
            if name.startswith(_NEW) and name != without and text
            for change in [_added(self, name, text)]
        ]
        return (*self.others, *kept, *new)

    def to_json(self) -> str:
        """Return the plan as its memo keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, kept: str) -> Self:
        """Return a plan as `to_json` wrote it."""
        told = json.loads(kept)
        return cls(
            run_id=told["run_id"],
            spec=_spec(told["spec"]),
            rules=tuple(map(_rule, told["rules"])),
            others=tuple(map(_rule, told["others"])),
            scope=Scope(**told["scope"]),
            reflected=tuple(told["reflected"]),
            validated=tuple(told["validated"]),
        )


def build_plan(
    run_id: str,
    *,
    task: str,
    spec: ReleaseSpec,
    rules: Iterable[Rule],
    exercises: Sequence[Exercise],
    most_validated: int,
) -> Plan:
    """Return what a run tries.

    Args:
        run_id: of the run; it also decides, by a hash, which drafts candidates are chosen by.
        task: of the seat; "" is every task without its own.
        spec: of the champion.
        rules: the workspace's live rules.
        exercises: corrected drafts of the training part alone.
        most_validated: how many drafts a candidate may be measured on at most.
    """
    active = [rule for rule in rules if rule.state == "active"]
    touched = {change.rule_id for change in spec.overlay}
    free = [rule for rule in active if rule.id not in touched and _may_change(rule, task, exercises)]
    changing = sorted(free, key=lambda rule: (-rule.used, rule.number))[:MOST_RULES]
    ids = {rule.id for rule in changing}
    drawn = sorted((one.draft_id for one in exercises), key=lambda draft_id: _hash(run_id, draft_id))
    validated = max(1, min(len(drawn) // 2, MOST_VALIDATED, most_validated))
    return Plan(
        run_id=run_id,
        spec=spec,
        rules=tuple(house_rule(rule) for rule in sorted(changing, key=lambda rule: rule.number)),
        others=tuple(house_rule(rule) for rule in active if rule.id not in ids),
        scope=_common_scope(exercises, task=task),
        reflected=tuple(drawn[validated : validated + MOST_REFLECTED]),
        validated=tuple(drawn[:validated]),
    )


def _may_change(rule: Rule, task: str, exercises: Iterable[Exercise]) -> bool:
    """Tell whether a trainer may touch a rule: nobody wrote or approved it, and drafts that we have are about it.

    A release of one task leaves the rules of all tasks alone, and none touches what holds for one person.
    """
    scope = Scope.of(rule)
    is_peoples = rule.origin != "learned" or rule.author_id is not None or rule.approved_by is not None
    is_elsewhere = scope.requester_id is not None or (bool(task) and scope.task != task)
    return not is_peoples and not is_elsewhere and any(scope.covers(one.cell) for one in exercises)


def _common_scope(exercises: Sequence[Exercise], *, task: str) -> Scope:
    """Return the narrowest scope that covers all the evidence there is, without the people."""
    channels = {one.cell.channel_id for one in exercises}
    tasks = {task} if task else {one.cell.task for one in exercises}
    return Scope(
        channel_id=channels.pop() if len(channels) == 1 else None,
        task=tasks.pop() if len(tasks) == 1 else None,
    )


def _changed(rule: HouseRule, text: str) -> RuleChange | None:
    if text == rule.text:
        return None
    if not text:
        return RuleChange("drop", rule.id, rule.version)
    return RuleChange("reword", rule.id, rule.version, topic=rule.topic, stance=rule.stance, text=text)


def _added(plan: Plan, name: str, text: str) -> RuleChange:
    said = saying_of(text, source="model", rules=(*plan.others, *plan.rules))
    rule_id = _hash(plan.run_id, name)[:32]
    return RuleChange("add", rule_id, None, said.topic, said.stance, said.text, plan.scope)


def _as_rule(change: RuleChange) -> HouseRule:
    return HouseRule(
        id=change.rule_id,
        number=0,
        topic=change.topic or "",
        stance=change.stance or "",
        text=change.text or "",
        scope=change.scope or Scope(),
    )


def _hash(*parts: str) -> str:
    return hashlib.sha256(":".join(parts).encode()).hexdigest()


def _rule(kept: dict[str, Any]) -> HouseRule:
    return HouseRule(**{**kept, "scope": Scope(**kept["scope"])})


def _spec(kept: dict[str, Any]) -> ReleaseSpec:
    overlay = read_overlay(json.dumps(kept["overlay"]))
    return ReleaseSpec(**{**kept, "use": ModelUse(**cast("dict[str, Any]", kept["use"])), "overlay": overlay})
