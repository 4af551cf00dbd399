"""What writes a draft: a model, how it is asked, and single changes to the live rules. Pure, and comparable by hash."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

from bot.drafts.prompt_parts import Layout
from bot.learning.house_rule import HouseRule
from bot.learning.scopes import WORKSPACE, Cell, Scope
from bot.llm.chat_model import ModelUse

Action = Literal["drop", "reword", "add"]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A release's change of one rule: it holds only while the rule still has the version it was made for.

    Args:
        action: `drop` leaves the rule out, `reword` says it otherwise, `add` brings a rule that the playbook lacks.
        rule_id: the rule in the playbook; of an added one the id that it will get.
        version: of that rule when the change was made; None for an added one.
        topic, stance, text: of the rule as the release wants it; None where it is dropped.
        scope: where an added rule holds; None otherwise.
    """

    action: Action
    rule_id: str
    version: int | None = None
    topic: str | None = None
    stance: str | None = None
    text: str | None = None
    scope: Scope | None = None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return a change as `asdict` wrote it."""
        scope = kept.get("scope")
        return cls(**{**kept, "scope": None if scope is None else Scope(**scope)})


@dataclass(frozen=True, slots=True)
class ReleaseSpec:
    """Everything that writes drafts, apart from the live rules and examples themselves.

    Args:
        name: what people call it: `r7`.
        use: the weights.
        temperature: 0 … 2.
        max_tokens: the longest answer.
        layout: of prompts.
        examples: the most examples in a prompt; 0 for none.
        overlay: single changes to the live rules, in order.
        tuned: whether the weights were trained on this team's texts.
    """

    name: str
    use: ModelUse
    temperature: float
    max_tokens: int
    layout: Layout = "sections"
    examples: int = 4
    overlay: tuple[RuleChange, ...] = ()
    tuned: bool = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all but the name: two releases that write alike have the same."""
        parts = {key: value for key, value in asdict(self).items() if key != "name"}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def overlay_json(changes: tuple[RuleChange, ...]) -> str:
    """Return changes as a release's row keeps them."""
    return json.dumps([asdict(change) for change in changes], ensure_ascii=False)


def read_overlay(kept: str | None) -> tuple[RuleChange, ...]:
    """Return the changes that `overlay_json` wrote."""
    return tuple(RuleChange.from_json(each) for each in json.loads(kept or "[]"))


def apply_overlay(
    rules: Sequence[HouseRule], changes: Sequence[RuleChange], *, cell: Cell
) -> tuple[HouseRule, ...]:
    """Return what a draft sees under a release: the rules of its cell with the release's changes.

    A change of a rule that has another version by now is left out, and an added rule gives way to one of the same
    topic and place, or of a narrower one: what people decided later wins.

    Args:
        rules: the rules that cover the cell, narrow ones first; with those that a narrower one outdoes, a dropped
            rule makes room for the next broader one, as it would in the playbook.
        changes: see `bot.drafts.overlay.still_meant` for those that a database has to judge.
        cell: where the draft stands.
    """
    here = [change for change in changes if change.scope is None or change.scope.covers(cell)]
    return narrowest(with_changes(rules, here))


def with_changes(rules: Iterable[HouseRule], changes: Iterable[RuleChange]) -> list[HouseRule]:
    """Return rules with a release's changes, whatever place they are for."""
    held = list(rules)
    for change in changes:
        held = _with_change(held, change)
    return held


def narrowest(rules: Iterable[HouseRule]) -> tuple[HouseRule, ...]:
    """Return of each topic the narrowest rule, narrow ones first; among equals the order stays."""
    chosen: dict[str, HouseRule] = {}
    for rule in sorted(rules, key=lambda one: -one.scope.narrowness):
        chosen.setdefault(rule.topic, rule)
    return tuple(chosen.values())


def _with_change(held: list[HouseRule], change: RuleChange) -> list[HouseRule]:
    if change.action == "add":
        return _with_added(held, change)
    meant = (change.rule_id, change.version)
    rule = next((one for one in held if (one.id, one.version) == meant), None)
    if rule is None:
        return held
    others = [one for one in held if one is not rule]
    if change.action == "drop":
        return others
    said = replace(
        rule,
        topic=change.topic or rule.topic,
        stance=change.stance or rule.stance,
        text=change.text or rule.text,
    )
    return held if _is_taken(others, said) else [said if one is rule else one for one in held]


def _with_added(held: list[HouseRule], change: RuleChange) -> list[HouseRule]:
    added = HouseRule(
        id=change.rule_id,
        number=0,
        topic=change.topic or "",
        stance=change.stance or "",
        text=change.text or "",
        scope=change.scope or WORKSPACE,
        version=0,
    )
    is_there = any(one.id == added.id for one in held)
    return held if is_there or _is_taken(held, added) else [*held, added]


def _is_taken(others: Iterable[HouseRule], rule: HouseRule) -> bool:
    """Tell whether another rule speaks about the topic in just that place: there is never a second one."""
    return any((one.topic, one.scope) == (rule.topic, rule.scope) for one in others)
