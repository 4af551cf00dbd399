"""Evidence that nobody had to write: rules that a draft followed and that its reader let stand.

Who edits a draft and leaves what a rule did to it, or accepts it as it is, agrees with that rule there. Without this,
people fall silent once a rule is right, and whoever is against it is all that is heard. Nothing is stored for it: it
goes with the vote or the correction that it rests on, and alone it makes no rule.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from bot.learning.rules.evidence import Evidence
from bot.learning.scopes import Cell
from storage.models import Observation
from storage.repositories import LetStand
from storage.unit_of_work import UnitOfWork

KEPT: Final = "kept"
LOOKED_AT: Final = 8_000  # times that a draft saw a rule, the latest ones


async def read_let_stand(
    unit: UnitOfWork, workspace_id: str, *, said: Collection[Observation]
) -> list[Evidence]:
    """Return what readers let stand.

    Args:
        unit: the transaction.
        workspace_id: whose rules.
        said: the observations that count. What an edit spoke about it did not keep, and a stance that nobody
            stands for in words or edits (any more) is not kept alive by silence.
    """
    rows = await unit.let_stand.latest(workspace_id, limit=LOOKED_AT)
    backed = {(one.topic, one.stance) for one in said}
    spoken = _spoken(said)
    return [
        _evidence(row)
        for row in rows
        if (row.rule.topic, row.rule.stance) in backed
        and row.rule.topic not in spoken.get(row.correction_id or "", ())
    ]


def _spoken(said: Iterable[Observation]) -> Mapping[str, set[str]]:
    """Return which topics each correction speaks about."""
    spoken: defaultdict[str, set[str]] = defaultdict(set)
    for one in said:
        if one.correction_id is not None:
            spoken[one.correction_id].add(one.topic)
    return spoken


def _evidence(row: LetStand) -> Evidence:
    return Evidence(
        user_id=row.user_id,
        cell=Cell(row.channel_id, row.task, row.requester_id),
        topic=row.rule.topic,
        stance=row.rule.stance,
        text=row.rule.text,
        source=KEPT,
        edit=row.correction_id or f"stands:{row.draft_id}",
        at=row.at,
        age=float(row.age),
    )
