"""Holds as people see them: those that were found together are one thing to decide."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.slack.blocks.holds import MOST_LISTED, HeldGroup, HoldsPart
from storage.models import Hold
from storage.repositories.holds import CONFIRMED, RELEASED
from storage.unit_of_work import UnitOfWork

_MOST_HOLDS = 200


async def read_holds(unit: UnitOfWork, workspace_id: str) -> HoldsPart:
    """Read what waits for an admin, the latest first."""
    groups: dict[str, list[Hold]] = defaultdict(list)
    for hold in await unit.holds.latest(workspace_id, limit=_MOST_HOLDS):
        groups[hold.group_id or hold.id].append(hold)
    listed = tuple(group_of(holds) for holds in list(groups.values())[:MOST_LISTED])
    return HoldsPart(await unit.holds.count_waiting(workspace_id), listed)


def group_of(holds: Sequence[Hold]) -> HeldGroup:
    """Return what is told of people who were held together."""
    first = holds[0]
    decided = [one for one in holds if one.decided_at is not None]
    latest = max(decided, key=lambda one: one.decided_at or one.created_at, default=None)
    return HeldGroup(
        group_id=first.group_id or first.id,
        kind=first.kind,
        facts=first.facts,
        people=tuple(one.user_id for one in holds),
        since=min(map(began, holds)),
        released=sum(one.state == RELEASED for one in holds),
        confirmed=sum(one.state == CONFIRMED for one in holds),
        decided_by=latest.decided_by if latest else None,
    )


def began(hold: Hold) -> datetime:
    """Return since when somebody's feedback is held back."""
    return datetime.fromtimestamp(hold.from_us / 1_000_000, UTC)
