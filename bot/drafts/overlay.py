"""Which of a release's changes still mean the rules that there are: a person's later decision always wins."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.drafts.release_spec import RuleChange
from storage.models import ReleaseChange, Rule
from storage.unit_of_work import UnitOfWork


async def still_meant(
    unit: UnitOfWork, workspace_id: str, changes: Sequence[RuleChange]
) -> tuple[RuleChange, ...]:
    """Return the changes that still hold, each with the version that its rule has now.

    A change holds while its rule is as it was when the change was made. A promotion that was rolled back left it so:
    what it did and what undid it do not count. What a promotion did holds as the playbook's from then on, so that the
    change itself is over, and an added rule that somebody retired since does not come back.
    """
    if not changes:
        return ()
    ids = {change.rule_id for change in changes}
    rules = await unit.rule_list.of_ids(workspace_id, rule_ids=sorted(ids))
    undone: defaultdict[str, list[ReleaseChange]] = defaultdict(list)
    for one in await unit.releases.undone_changes(workspace_id, rule_ids=ids):
        undone[one.rule_id].append(one)
    kept = (_as_of_now(change, rules, undone) for change in changes)
    return tuple(change for change in kept if change is not None)


def _as_of_now(
    change: RuleChange, rules: Mapping[str, Rule], undone: Mapping[str, Sequence[ReleaseChange]]
) -> RuleChange | None:
    rule = rules.get(change.rule_id)
    meant = version_meant(rule, undone.get(change.rule_id, ()))
    if meant != change.version:
        return None
    return change if rule is None or change.version is None else replace(change, version=rule.version)


def version_meant(rule: Rule | None, undone: Iterable[ReleaseChange]) -> int | None:
    """Return the version that a rule says again after rollbacks; None where it is as if it had never been."""
    if rule is None:
        return None
    before = {one.undone_version: one.before_version for one in undone}
    version: int | None = rule.version
    while version in before:
        version = before[version]
    return version
