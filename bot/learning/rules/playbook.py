"""The playbook: which rules hold for a draft, the narrowest of each topic first."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.learning.house_rule import HouseRule
from bot.learning.scopes import Cell, Scope
from storage.models import Rule
from storage.unit_of_work import UnitOfWork

MOST_RULES: Final = 40  # in one prompt; what finds no room in its tokens is trimmed there


class Playbook:
    """Reads the rules of a workspace; what it returns is what prompts, screens and figures call the playbook."""

    async def rules_for(
        self, unit: UnitOfWork, cell: Cell, *, workspace_id: str, limit: int = MOST_RULES
    ) -> tuple[HouseRule, ...]:
        """Return the rules that hold for a draft: of each topic the narrowest, narrow ones first."""
        return effective(await _covering(unit, cell, workspace_id), cell, limit=limit)

    async def covering(self, unit: UnitOfWork, cell: Cell, *, workspace_id: str) -> tuple[HouseRule, ...]:
        """Return all rules whose scope covers a draft, narrow ones first: also those that a narrower one outdoes."""
        return tuple(map(house_rule, sorted(await _covering(unit, cell, workspace_id), key=_place)))

    async def live(self, unit: UnitOfWork, workspace_id: str) -> list[Rule]:
        """Return the workspace's active and proposed rules, by number."""
        return await unit.rules.live(workspace_id)


def effective(rules: Iterable[Rule], cell: Cell, *, limit: int = MOST_RULES) -> tuple[HouseRule, ...]:
    """Return what holds in a cell: per topic the narrowest scope, narrow ones first, then the most useful.

    A pure function: the rules may come from anywhere, in any order.
    """
    holding = [rule for rule in rules if rule.state == "active" and Scope.of(rule).covers(cell)]
    narrowest: dict[str, Rule] = {}
    for rule in sorted(holding, key=_place):
        narrowest.setdefault(rule.topic, rule)
    chosen: Sequence[Rule] = sorted(narrowest.values(), key=_place)[: max(0, limit)]
    return tuple(house_rule(rule) for rule in chosen)


async def _covering(unit: UnitOfWork, cell: Cell, workspace_id: str) -> list[Rule]:
    covering = await unit.rules.active_for(
        workspace_id, channel_id=cell.channel_id, task=cell.task, requester_id=cell.requester_id
    )
    channel = await unit.channels.find(workspace_id, channel_id=cell.channel_id)
    if channel is not None and channel.rules_need_admin:
        return [rule for rule in covering if _may_hold_here(rule, cell)]
    return covering


def _may_hold_here(rule: Rule, cell: Cell) -> bool:
    """Tell whether a rule holds where an admin has to approve: what evidence made of other channels does not."""
    return rule.approved_by is not None or rule.channel_id == cell.channel_id


def house_rule(rule: Rule) -> HouseRule:
    """Return a stored rule as prompts know it."""
    return HouseRule(
        id=rule.id,
        number=rule.number,
        topic=rule.topic,
        stance=rule.stance,
        text=rule.text,
        scope=Scope.of(rule),
        version=rule.version,
    )


def _place(rule: Rule) -> tuple[int, float, int]:
    return -Scope.of(rule).narrowness, -(rule.weight_for - rule.weight_against), rule.number
